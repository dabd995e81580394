using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Mesh.Global.Zones;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds.Global;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Kds.Zone;
using Mesh.Stores.Memory;
using Mesh.Testing;
using Mesh.Testing.FakeEnvoy;

namespace Mesh.Server.Tests.Kds;

/// <summary>Questions about proxies, asked at Global and answered in the zone.</summary>
public sealed class AdminStreamTests
{
    private const string Dataplane =
        """{"type": "Dataplane", "mesh": "default", "name": "web-1", "labels": {"kuma.io/workload": "web"}, "networking": {"address": "127.0.0.1", "inbound": [{"port": 8080, "name": "main", "protocol": "http"}]}}""";

    [Fact]
    public async Task Config_OfAProxyInAZone_IsWhatTheZoneComputed()
    {
        await using var global = await TestControlPlane.GlobalAsync();
        await using var west = await TestControlPlane.ZoneAsync(
            "west", global.ZonesPort, await global.ZoneTokenAsync("west"), ("dpServer.plainText", "true"), ("dpServer.authn.dpProxy.type", "none"));
        await west.UntilThereAsync("/meshes/default");
        await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
        await west.UntilReadyAsync();
        using var envoy = FakeEnvoy.Connect(west.ControlPlane.Addresses.DataPlane, "default.web-1");
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync("type.googleapis.com/envoy.config.cluster.v3.Cluster");
        await stream.AcceptAsync();

        JsonNode? found = null;
        await TestControlPlane.UntilAsync(async () =>
        {
            found = (await global.GetAsync("/meshes/default/dataplanes"))!["items"]!.AsArray().FirstOrDefault();
            return found is not null;
        });
        var config = await global.GetAsync($"/meshes/default/dataplanes/{found!["name"]}/_config");

        Assert.Contains("self_inbound_dp_main", config!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((await west.GetAsync("/meshes/default/dataplanes/web-1/_config"))!.ToJsonString(), config.ToJsonString());
    }

    [Fact]
    public async Task Question_ToAZoneThatIsOffline_IsAnsweredAtOnce()
    {
        await using var global = await TestControlPlane.GlobalAsync();
        string name;
        var west = await TestControlPlane.ZoneAsync("west", global.ZonesPort, await global.ZoneTokenAsync("west"));
        await using (west)
        {
            await west.UntilThereAsync("/meshes/default");
            await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
            JsonNode? found = null;
            await TestControlPlane.UntilAsync(async () =>
                (found = (await global.GetAsync("/meshes/default/dataplanes"))!["items"]!.AsArray().FirstOrDefault()) is not null);
            name = found!["name"]!.GetValue<string>();
        }

        await TestControlPlane.UntilAsync(async () =>
            (await global.SendAsync("GET", $"/meshes/default/dataplanes/{name}/clusters")) is { Status: HttpStatusCode.Conflict } reply
            && reply.Text.Contains("zone west is not connected", StringComparison.Ordinal));
    }

    [Fact]
    public void Messages_AsRecorded_AreReadAndWrittenAlike()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", "kds-admin-and-health.jsonl")))
        {
            var record = JsonNode.Parse(line)!;
            if (record["b64"]?.GetValue<string>() is not { Length: > 0 } text || record["method"]!.GetValue<string>().EndsWith("HealthCheck", StringComparison.Ordinal))
            {
                continue;
            }

            var bytes = Convert.FromBase64String(text);
            if (record["dir"]!.GetValue<string>() == "s2c")
            {
                var question = AdminQuestion.Decode(bytes);
                Assert.Equal(("Dataplane", "portal-1", "default"), (question.ResourceType, question.Name, question.Mesh));
                Assert.Equal(bytes, question.Encode());
            }
            else
            {
                var answer = AdminAnswer.Decode(bytes);
                Assert.StartsWith("unable to send GET", answer.Error, StringComparison.Ordinal);
                Assert.Equal(bytes, answer.Encode());
            }

            count++;
        }

        Assert.True(count >= 10, $"only {count} messages were found");
    }

    [Fact]
    public void Answer_WithContent_IsReadAsItWasWritten()
    {
        var answer = new AdminAnswer("1", null, ByteString.CopyFromUtf8("a b"));

        Assert.Equal(answer, AdminAnswer.Decode(answer.Encode()));
    }

    [Fact]
    public void Refusal_ThatNamesResources_IsTakenApart()
    {
        var faults = RefusalText.Read("MeshTimeout", "MeshTimeout a.default: spec: is broken; MeshTimeout b.default: has no mesh; it says");

        Assert.Equal([("a.default", "spec: is broken"), ("b.default", "has no mesh; it says")], faults.Select(f => (f.Name!, f.Reason!)));
        Assert.Equal((null, "held back"), (RefusalText.Read("MeshTimeout", "held back")[0].Name, RefusalText.Read("MeshTimeout", "held back")[0].Reason));
    }

    [Fact]
    public async Task Questions_ToAZoneThatReadsNothing_AreBounded()
    {
        var streams = new AdminStreams(TimeProvider.System);
        var silent = new SilentStream();
        using var stop = new CancellationTokenSource();
        var serving = streams.ServeAsync("west", ZoneStreamKind.Stats, silent, silent, stop.Token);
        using var givenUp = new CancellationTokenSource();
        await givenUp.CancelAsync();
        Exception? refusal = null;
        for (var i = 0; i < 2000 && refusal is not AdminStreamException; i++)
        {
            // Who asks gives up at once; the zone could still read the question.
            refusal = await Record.ExceptionAsync(() => streams.AskAsync("west", ZoneStreamKind.Stats, new AdminQuestion { Name = "web-1" }, givenUp.Token));
        }

        Assert.Contains("too many questions", refusal!.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        _ = await Record.ExceptionAsync(() => serving);
    }

    [Fact]
    public async Task Question_ThatCannotBeAnswered_IsAnsweredWithAnErrorAtOnce()
    {
        await using var store = new MemoryStore(TimeProvider.System);
        await store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() }, TestContext.Current.CancellationToken);
        await store.CreateAsync(
            new Resource { Descriptor = DataplaneKind.Resource, Mesh = "default", Name = "web-1", Spec = new DataplaneSpec() }, TestContext.Current.CancellationToken);
        var log = new LogLines();
        var answers = new ProxyAnswers(new BrokenProxies(), store, 1 << 20, log);

        var answer = await answers.AnswerAsync(
            ProxyQuestionKind.Stats, new AdminQuestion { RequestId = "1", Mesh = "default", Name = "web-1" }, TestContext.Current.CancellationToken);

        Assert.Equal("1", answer.RequestId);
        Assert.Contains("internal error", answer.Error, StringComparison.Ordinal);
        Assert.Single(log.Of("QuestionFault"));
    }

    private sealed class BrokenProxies : IProxyAdmin
    {
        public Task<ReadOnlyMemory<byte>> AskAsync(Resource dataplane, ProxyQuestion question, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a fault");

        public Task<JsonObject?> ConfigAsync(string mesh, string dataplane, CancellationToken cancellationToken) => throw new InvalidOperationException("a fault");
    }

    /// <summary>A zone that neither answers nor reads.</summary>
    private sealed class SilentStream : IAsyncStreamReader<RawMessage>, IAsyncStreamWriter<RawMessage>
    {
        public RawMessage Current => RawMessage.Empty;

        public WriteOptions? WriteOptions { get; set; }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return false;
        }

        public Task WriteAsync(RawMessage message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(RawMessage message, CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
}
