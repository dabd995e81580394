using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Mesh.Server.Tests.Rest;

namespace Mesh.Server.Tests.Kds;

/// <summary>A control plane of several in this process, on free ports of the loopback address, and a client of its API.</summary>
internal sealed class TestControlPlane : IAsyncDisposable
{
    private readonly HttpClient _client;

    private TestControlPlane(ControlPlane controlPlane, LogLines log)
    {
        ControlPlane = controlPlane;
        Log = log;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = controlPlane.Addresses.Http };
    }

    public ControlPlane ControlPlane { get; }

    public LogLines Log { get; }

    /// <summary>Port at which zones connect.</summary>
    public int ZonesPort => ControlPlane.Addresses.Zones!.Port;

    public static Task<TestControlPlane> GlobalAsync(params (string Path, string Value)[] settings) =>
        StartAsync([("mode", "global"), ("multizone.global.kds.grpcPort", "0"), ("multizone.global.kds.interface", "127.0.0.1"), .. settings]);

    /// <summary>A zone under a Global that is reached at a port of this machine.</summary>
    public static Task<TestControlPlane> ZoneAsync(string name, int globalPort, string token, params (string Path, string Value)[] settings) =>
        StartAsync([
            ("multizone.zone.name", name),
            ("multizone.zone.globalAddress", $"grpcs://127.0.0.1:{globalPort}"),
            ("multizone.zone.kds.tlsSkipVerify", "true"),
            ("multizone.zone.kds.reconnectMaxBackoff", "1s"),
            ("multizone.zone.kds.auth.cpTokenInline", token),
            .. settings,
        ]);

    public async Task<RestReply> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_client.BaseAddress!, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new(body.StartsWith('{') ? "application/json" : "application/yaml");
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new RestReply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), []);
    }

    public async Task<JsonNode?> GetAsync(string path)
    {
        var reply = await SendAsync("GET", path);
        return reply.Status == HttpStatusCode.OK ? reply.Json : null;
    }

    public async Task PutAsync(string path, string body)
    {
        var reply = await SendAsync("PUT", path, body);
        Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"PUT {path}: {(int)reply.Status} {reply.Text}");
    }

    /// <summary>A token that lets a zone connect.</summary>
    public async Task<string> ZoneTokenAsync(string zone, string scope = "cp", string validFor = "1h")
    {
        var reply = await SendAsync("POST", "/tokens/zone", $$"""{"zone": "{{zone}}", "scope": ["{{scope}}"], "validFor": "{{validFor}}"}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply.Text;
    }

    /// <summary>Waits until something is so; what it was last is shown when it does not become so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<Task<string>>? state = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
            {
                Assert.Fail("It did not become so. " + (state is null ? "" : await state()));
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Waits until this zone is connected to its Global.</summary>
    public Task UntilConnectedAsync() => UntilAsync(
        async () => (await GetAsync("/zone-sync"))?["connected"]?.GetValue<bool>() == true,
        async () => (await GetAsync("/zone-sync"))?.ToJsonString() ?? "");

    /// <summary>Waits until a resource can be read.</summary>
    public Task UntilThereAsync(string path) => UntilAsync(async () => await GetAsync(path) is not null);

    /// <summary>Waits until proxies are let in.</summary>
    public async Task UntilReadyAsync()
    {
        using var client = new HttpClient();
        await UntilAsync(async () =>
        {
            using var response = await client.GetAsync(new Uri(ControlPlane.Addresses.Diagnostics, "/ready"), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await ControlPlane.DisposeAsync();
    }

    private static async Task<TestControlPlane> StartAsync(IEnumerable<(string Path, string Value)> settings)
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        foreach (var (path, value) in settings)
        {
            flags[path] = value;
        }

        var log = new LogLines();
        var loaded = SettingsLoader.Load(new SettingsSources { Flags = flags });
        return new TestControlPlane(await ControlPlane.StartAsync(loaded.Settings, log, TimeProvider.System, TestContext.Current.CancellationToken), log);
    }
}
