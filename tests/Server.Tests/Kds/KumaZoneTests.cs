using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Protocol.Kds;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Tests.Kds;

/// <summary>A zone as Kuma's: its metadata, no token, no id of a store, and no versions of what it has.</summary>
public sealed class KumaZoneTests : IAsyncLifetime
{
    private static readonly Metadata _headers =
    [
        new("version", "3.0.0-dev"), new("client-id", "zone-1"), new("kds-version", "v3"), new("zone-version", "v3"),
        new("features", "zone-ping-health"), new("features", "hash-suffix"), new("grpc-internal-encoding-request", "gzip"),
    ];

    private TestControlPlane _global = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _global = await TestControlPlane.GlobalAsync(("multizone.global.kds.auth.type", "none"), ("multizone.global.kds.tlsEnabled", "false"));
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_global.ZonesPort}");
    }

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return _global.DisposeAsync();
    }

    [Fact]
    public async Task GlobalToZone_AskedForMeshes_SendsAllOfThem()
    {
        using var call = Open(KdsMethods.GlobalToZone);
        var node = new Struct { Fields = { ["control-plane-id"] = Value.ForString("zone-1-cp"), ["config"] = Value.ForString("{}") } };
        var receiver = new KdsReceiver("zone-1", node.ToByteArray(), new KdsOptions());
        var come = new TaskCompletionSource<KdsDelivery>();
        receiver.Ask("Mesh", null);
        var pump = new ReceiverPump(receiver, delivery =>
        {
            come.TrySetResult(delivery);
            return Task.FromResult<string?>(null);
        });
        using var stop = new CancellationTokenSource();
        var running = pump.RunAsync(call.ResponseStream, call.RequestStream, stop.Token);

        var meshes = await come.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.True(meshes.IsFullSet);
        Assert.Equal(["default."], meshes.Resources.Select(r => r.Name));
        await TestControlPlane.UntilAsync(async () =>
            (await _global.GetAsync("/zones/zone-1/_overview"))?["zoneInsight"]?["subscriptions"]?[0] is { } subscription
            && subscription["zoneInstanceId"]?.GetValue<string>() == "zone-1-cp"
            && subscription["config"]?.GetValue<string>() == "{}"
            && subscription["authTokenProvided"] is null
            && subscription["status"]?["total"]?["responsesAcknowledged"]?.GetValue<string>() is not null);
        await stop.CancelAsync();
        _ = await Record.ExceptionAsync(() => running);
    }

    [Fact]
    public async Task ZoneToGlobal_Opened_IsAskedForEveryKindThatZonesAuthor()
    {
        using var call = Open(KdsMethods.ZoneToGlobal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        while (asked.Count < 26 && await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            asked.Add(TypeOf(call.ResponseStream.Current.Bytes));
        }

        Assert.Superset(new HashSet<string> { "Dataplane", "DataplaneInsight", "MeshService", "MeshZoneAddress", "Workload", "MeshTimeout", "HostnameGenerator" }, asked);
        Assert.DoesNotContain("Secret", asked);
    }

    [Fact]
    public async Task HealthCheck_SwitchedOff_IsAnsweredAsRecorded()
    {
        var off = await _channel.CreateCallInvoker().AsyncUnaryCall(KdsMethods.HealthCheck, null, new CallOptions(_headers), RawMessage.Empty);
        Assert.Equal([0x0A, 0x00], off.Bytes.ToArray());
    }

    [Fact]
    public async Task HealthCheck_WithoutAToken_IsRefusedBeforeItsMessageComes()
    {
        await using var global = await TestControlPlane.GlobalAsync(("multizone.global.kds.tlsEnabled", "false"));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{global.ZonesPort}");
        using var call = channel.CreateCallInvoker().AsyncClientStreamingCall(KdsMethods.HealthCheckServed, null, new CallOptions(_headers));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    [Theory]
    [InlineData("store-id", 257)]
    [InlineData("version", 1000)]
    public async Task Headers_LongerThanTheyMayBe_AreRefusedAndNotKept(string name, int length)
    {
        Metadata headers = [new("client-id", "zone-2"), new(name, new string('x', length))];
        using var call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            KdsMethods.GlobalToZone, null, new CallOptions(headers, cancellationToken: TestContext.Current.CancellationToken));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains(name, refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Null(await _global.GetAsync("/zones/zone-2"));
    }

    [Theory]
    [InlineData(256 * 1024, true)]
    [InlineData((256 * 1024) + 1, false)]
    public void NodeMetadata_LongConfig_IsLeftOut(int length, bool isKept)
    {
        var node = new Struct { Fields = { ["control-plane-id"] = Value.ForString("cp"), ["config"] = Value.ForString(new string('x', length)) } };
        var told = NodeMetadata.Decode(node.ToByteArray());
        Assert.Equal(("cp", isKept ? length : 0), (told.InstanceId, told.Config.Length));
    }

    private static string TypeOf(ReadOnlyMemory<byte> request)
    {
        const int typeUrlField = 2;
        var input = new CodedInputStream(request.ToArray());
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == typeUrlField)
            {
                return input.ReadString();
            }

            input.SkipLastField();
        }

        return "";
    }

    private AsyncDuplexStreamingCall<RawMessage, RawMessage> Open(Method<RawMessage, RawMessage> method) =>
        _channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(_headers, cancellationToken: TestContext.Current.CancellationToken));
}
