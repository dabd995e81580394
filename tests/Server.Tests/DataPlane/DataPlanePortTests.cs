using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Mesh.Server.Tests.Http2.Clients;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.DataPlane;

/// <summary>
/// The port of proxies of a whole control plane: who is let in, and when a proxy is in rotation. Runs alone: instruments of the same name are one to the
/// exporter, and those of another control plane of the process take it with them when that ends.
/// </summary>
[Collection(nameof(DataPlanePortTests))]
[CollectionDefinition(nameof(DataPlanePortTests), DisableParallelization = true)]
public sealed class DataPlanePortTests : IAsyncLifetime
{
    private const string Dataplane =
        "{type: Dataplane, mesh: default, name: web-1, labels: {kuma.io/workload: web}, networking: {address: 127.0.0.1, inbound: [{port: 8080, name: main, protocol: http}], listeners: [{type: ZoneIngress, port: 10001}]}}";

    private static readonly string[] _types = ["type.googleapis.com/envoy.config.cluster.v3.Cluster", "type.googleapis.com/envoy.config.listener.v3.Listener"];
    private ControlPlane _controlPlane = null!;

    public async ValueTask InitializeAsync()
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["dpServer.plainText"] = "true",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
            ["xdsServer.keepAliveInterval"] = "1s",
        };
        var settings = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        _controlPlane = await ControlPlane.StartAsync(settings, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _controlPlane.DisposeAsync();

    [Fact]
    public async Task Stream_WithoutOrWithAWrongToken_IsUnauthenticated()
    {
        var other = await TokenAsync("other");
        foreach (var token in new[] { null, "x", "x.y.z", other, other[..^4] + "AAAA" })
        {
            using var envoy = Connect(token);
            using var stream = envoy.OpenDelta();
            try
            {
                await stream.SubscribeAsync(_types[0]);
            }
            catch (RpcException)
            {
                // Refused before the request was written.
            }

            Assert.Equal(StatusCode.Unauthenticated, (await stream.EndAsync()).StatusCode);
        }

        Assert.Null(await InboundAsync());
    }

    /// <summary>What the control plane adds to a Dataplane decides who it is, and what a proxy says of its environment does not.</summary>
    [Theory]
    [InlineData("kuma.io/workload: payments", "{}")]
    [InlineData("kuma.io/workload: payments, kuma.io/env: kubernetes", "{}")]
    [InlineData("kuma.io/workload: payments", "{kuma.io/env: universal}")]
    [InlineData("kuma.io/workload: payments", "{kuma.io/zone: default}")]
    [InlineData("kuma.io/workload: payments", "{kuma.io/origin: zone}")]
    public async Task Stream_TokenOfANameWhereTheIdentityIsOfTheWorkload_IsUnauthenticated(string labels, string selector)
    {
        var identity = $"{{type: MeshIdentity, mesh: default, name: all, spec: {{selector: {{dataplane: {{matchLabels: {selector}}}}}, "
            + "provider: {type: Bundled, bundled: {autogenerate: {enabled: true}, insecureAllowSelfSigned: true}}}}";
        using var client = new HttpClient { BaseAddress = _controlPlane.Addresses.Http };
        using var body = new StringContent(identity, new MediaTypeHeaderValue("application/yaml"));
        using var written = await client.PutAsync(new Uri("/meshes/default/meshidentities/all", UriKind.Relative), body, TestContext.Current.CancellationToken);
        written.EnsureSuccessStatusCode();

        var dataplane = Dataplane.Replace("kuma.io/workload: web", labels, StringComparison.Ordinal);
        using (var envoy = Connect(await TokenAsync("web-1", workload: null), dataplane))
        {
            using var stream = envoy.OpenDelta();
            await stream.SubscribeAsync(_types[0]);
            Assert.Equal(StatusCode.Unauthenticated, (await stream.EndAsync()).StatusCode);
            Assert.Null(await InboundAsync());
        }

        using var bound = Connect(await TokenAsync("web-1", workload: "payments"), dataplane);
        using var served = bound.OpenDelta();
        await served.SubscribeAsync(_types[0]);
        await served.AcceptAsync();
    }

    [Fact]
    public async Task Dataplane_Registered_IsInRotationOnlyBetweenListeningAndLeaving()
    {
        var token = await TokenAsync("web-1");
        using var envoy = Connect(token);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_types[0]);
        await stream.AcceptAsync();
        Assert.Equal(DataplaneInbound.NotReady, (await InboundAsync())?.State);
        Assert.Equal(DataplaneListener.NotReady, (await ListenerAsync())?.State);

        await stream.SubscribeAsync(_types[1]);
        await stream.AcceptAsync();
        await UntilAsync(async () => await InboundAsync() is { State: null });
        Assert.Null((await ListenerAsync())!.State);

        Assert.Equal(HttpStatusCode.Unauthorized, await DrainAsync("x.y.z"));
        Assert.Null((await InboundAsync())!.State);
        Assert.Equal(HttpStatusCode.OK, await DrainAsync(token));
        Assert.Equal(DataplaneInbound.NotReady, (await InboundAsync())!.State);
        Assert.Equal(DataplaneListener.NotReady, (await ListenerAsync())!.State);
    }

    [Fact]
    public async Task Connection_SilentForTheIntervalOfTheSettings_IsAskedWhetherItIsThere()
    {
        // The call is refused, the connection stays.
        using var client = await Http2Client.CallAsync(_controlPlane.Addresses.DataPlane);
        // The default would be longer than the client waits for anything.
        await client.ReadUntilAsync(frame => frame is { Type: FrameType.Ping, IsAck: false });
    }

    [Fact]
    public async Task Change_WithAProxyThatAnswers_IsShownFromItsPublicationToItsAcceptance()
    {
        using var envoy = Connect(await TokenAsync("web-1"));
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_types[0]);
        _ = AnswerAsync(stream);
        await UntilAsync(async () => IsAccepted((await GetAsync("/convergence?mesh=default"))["items"]!.AsArray()));

        var convergence = await GetAsync("/convergence");
        var revision = convergence["items"]!.AsArray()[^1]!;
        Assert.Equal("default", revision["mesh"]!.GetValue<string>());
        Assert.NotEmpty(revision["causes"]!.AsArray());
        Assert.Equal(0, revision["proxies"]!["waiting"]!.GetValue<int>());
        Assert.True(convergence["engine"]!["resources"]!.GetValue<int>() > 0);
        Assert.True(convergence["pipeline"]!["publishes"]!.GetValue<int>() > 0);
        Assert.Empty((await GetAsync("/convergence?mesh=another"))["items"]!.AsArray());

        var shown = Assert.Single((await GetAsync("/streams?node=default.web-1"))["items"]!.AsArray())!;
        Assert.Equal("delta", shown["method"]!.GetValue<string>());
        Assert.Equal("cds", shown["types"]![0]!["type"]!.GetValue<string>());
        Assert.True(shown["types"]![0]!["accepted"]!.GetValue<int>() > 0);
        var since = shown["since"]!.GetValue<DateTimeOffset>();
        Assert.All(
            ["lastSent", "lastAnswer"],
            name => Assert.InRange(shown["types"]![0]![name]!.GetValue<DateTimeOffset>(), since.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1)));
        Assert.Null(shown["stalledSince"]);
        Assert.Equal(1, (await GetAsync("/streams?mesh=default"))["total"]!.GetValue<int>());
        Assert.Equal(0, (await GetAsync("/streams?mesh=another"))["total"]!.GetValue<int>());
        Assert.Equal(0, (await GetAsync("/streams?rejected=true"))["total"]!.GetValue<int>());
        Assert.Equal(0, (await GetAsync("/streams?stalled=true"))["total"]!.GetValue<int>());

        var metrics = await GetTextAsync(new Uri(_controlPlane.Addresses.Diagnostics, "/metrics"));
        Assert.Contains("mesh_convergence_accepted_seconds_count", metrics, StringComparison.Ordinal);
        Assert.Contains("mesh_engine_references", metrics, StringComparison.Ordinal);
        Assert.Matches("""(?m)^mesh_ads_accepted_total\{[^}]*type="cds"[^}]*\} [1-9]""", metrics);
        Assert.Matches("""(?m)^mesh_ads_requests_total(\{[^}]*\})? [1-9]""", metrics);
        Assert.Matches("""(?m)^mesh_ads_responses_total(\{[^}]*\})? [1-9]""", metrics);
        Assert.Matches("""(?m)^mesh_ads_response_bytes_total(\{[^}]*\})? [1-9]""", metrics);
    }

    /// <summary>Accepts whatever comes until the stream is reset: a proxy that registers changes the mesh, and is sent that too.</summary>
    private static async Task AnswerAsync(DeltaStream stream)
    {
        try
        {
            while (true)
            {
                await stream.AcceptAsync();
            }
        }
        catch (RpcException)
        {
            // The test is over.
        }
    }

    /// <summary>The oldest is the one that configured the proxy.</summary>
    private static bool IsAccepted(JsonArray revisions) =>
        revisions.Count > 0 && revisions[^1]!["proxies"]!["accepted"]!.GetValue<int>() == 1;

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await GetTextAsync(new Uri(_controlPlane.Addresses.Http!, path)))!;

    private static async Task<string> GetTextAsync(Uri address)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(address, TestContext.Current.CancellationToken);
    }

    private FakeEnvoy Connect(string? token, string dataplane = Dataplane)
    {
        var envoy = FakeEnvoy.Connect(_controlPlane.Addresses.DataPlane, "default.web-1", token);
        envoy.Node.Metadata = new Struct { Fields = { ["dataplane.resource"] = Value.ForString(dataplane) } };
        return envoy;
    }

    private async Task<string> TokenAsync(string name, string? workload = "web")
    {
        using var client = new HttpClient { BaseAddress = _controlPlane.Addresses.Http };
        using var response = await client.PostAsJsonAsync("/tokens/dataplane", new { mesh = "default", name, workload, validFor = "1h" });
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private async Task<HttpStatusCode> DrainAsync(string token)
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.PostAsJsonAsync(
            new Uri(_controlPlane.Addresses.DataPlane, "/drain"), new { mesh = "default", name = "web-1", dataplaneToken = token });
        return response.StatusCode;
    }

    private async Task<DataplaneInbound?> InboundAsync() => (await NetworkingAsync())?.Inbound![0];

    private async Task<DataplaneListener?> ListenerAsync() => (await NetworkingAsync())?.Listeners![0];

    private async Task<DataplaneNetworking?> NetworkingAsync() =>
        (await _controlPlane.Store.GetAsync(new ResourceKey(DataplaneKind.Name, "default", "web-1")))?.SpecAs<DataplaneSpec>().Networking;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
