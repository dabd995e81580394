using Google.Protobuf;
using Grpc.Core;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies.Core;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Kds.Zone;
using Mesh.Stores.Memory;
using Mesh.Sync.Applying;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;
using Mesh.Testing.Kds;
using Mesh.Testing.Resources;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Kds;

/// <summary>When a zone that lost its store tells Global again what it has: only when it has what it once sent.</summary>
public sealed class StoreRestorationTests : IAsyncLifetime
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();
    private static readonly ResourceKey _dataplane = SampleResources.Of("Dataplane").Key;
    private readonly HookedStore _store;
    private readonly ZoneSync _sync;
    private readonly StoreRestoration _restoration;

    public StoreRestorationTests()
    {
        var clock = new FakeTimeProvider();
        _store = new HookedStore(new MemoryStore(clock));
        _sync = new ZoneSync(_store, _catalog, new ZoneSyncOptions { Zone = "zone-1" }, clock, NullLogger.Instance);
        _restoration = new StoreRestoration(_sync, _catalog, Task.FromResult(true), new RestorationNote(_store), _ => Task.CompletedTask);
    }

    public ValueTask InitializeAsync() => _sync.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _sync.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Meshes_StoreDoesNotTakeThemNow_AreWaitedFor()
    {
        await FetchAsync();
        await ApplyAsync(new SyncResult { Error = "full", IsUnavailable = true });
        Assert.False(_restoration.Applied.IsCompleted);

        await StoreMeshAsync();
        await ApplyAsync(new SyncResult());

        await AssertSettledAsync();
    }

    [Fact]
    public async Task Mesh_IsRefused_TheOthersWorkAndGlobalIsToldNothing()
    {
        await FetchAsync();
        await ApplyAsync(new SyncResult { Error = "unreadable" });
        Assert.Equal((true, false), (_restoration.Applied.IsCompleted, _restoration.Settled.IsCompleted));

        await StoreMeshAsync();
        await ApplyAsync(new SyncResult());

        await AssertSettledAsync();
    }

    [Fact]
    public async Task Mesh_IsNotThere_IsAskedAgain()
    {
        await FetchAsync();
        await Assert.ThrowsAsync<RpcException>(() => ApplyAsync(new SyncResult()));
        Assert.False(_restoration.Settled.IsCompleted);

        await StoreMeshAsync();
        await FetchAsync();

        await AssertSettledAsync();
    }

    [Fact]
    public async Task Store_TakesNoCopies_IsAskedAgain()
    {
        await FetchAsync();
        await StoreMeshAsync();
        _store.WriteFault = key => key == _dataplane ? new StoreUnavailableException("full") : null;
        await Assert.ThrowsAsync<RpcException>(() => ApplyAsync(new SyncResult()));
        await Assert.ThrowsAsync<RpcException>(FetchAsync);
        Assert.False(_restoration.Settled.IsCompleted);

        _store.WriteFault = null;
        await FetchAsync();

        await AssertSettledAsync();
    }

    [Fact]
    public async Task Zone_RestartedBeforeEverythingIsBack_KnowsThatSomethingIsMissing()
    {
        await FetchAsync();
        await StoreMeshAsync();
        Assert.True(await WasEmptyAsync());

        await ApplyAsync(new SyncResult());

        Assert.False(await WasEmptyAsync());
    }

    private async Task<bool> WasEmptyAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var first = new FirstSync(["Mesh"]);
        var running = first.RunAsync(_store, new FirstSync.Steps(Task.CompletedTask, _ => Task.CompletedTask), TimeProvider.System, NullLogger.Instance, stop.Token);
        var wasEmpty = await first.WasEmpty;
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return wasEmpty;
    }

    private async Task AssertSettledAsync()
    {
        Assert.Equal((true, true, true), (_restoration.Applied.IsCompleted, _restoration.Settled.IsCompleted, _restoration.HasRestored));
        Assert.NotNull(await _store.GetAsync(_dataplane, TestContext.Current.CancellationToken));
    }

    private async Task StoreMeshAsync() => await _store.CreateAsync(SampleResources.Of("Mesh"), TestContext.Current.CancellationToken);

    private Task ApplyAsync(SyncResult meshes) => _restoration.ApplyAsync(meshes, TestContext.Current.CancellationToken);

    private Task FetchAsync()
    {
        var copies = new[] { SampleResources.Of("DataplaneInsight"), SampleResources.Of("Dataplane") }
            .Select(resource => new ZoneToGlobalRules("zone-1").Map(resource)!.Value.Resource)
            .Select(copy => new CopiedResource(copy.Kind, SyncNames.OnWire(copy), ByteString.CopyFrom(KumaResourceCodec.Encode(copy, out _)!)));
        return _restoration.FetchAsync(new CopyCalls([.. copies]), [], TestContext.Current.CancellationToken);
    }

    /// <summary>A Global that has copies.</summary>
    private sealed class CopyCalls(IReadOnlyList<CopiedResource> copies) : CallInvoker
    {
        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            new(
                (IAsyncStreamReader<TResponse>)(object)new CopyReader(copies),
                Task.FromResult(new Metadata()),
                () => Status.DefaultSuccess,
                () => [],
                () => { });

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }

    private sealed class CopyReader(IReadOnlyList<CopiedResource> copies) : IAsyncStreamReader<RawMessage>
    {
        private int _next = -1;

        public RawMessage Current => new(copies[_next].Encode());

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(++_next < copies.Count);
    }
}
