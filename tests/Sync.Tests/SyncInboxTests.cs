using Mesh.Model.Resources;
using Mesh.Stores.Memory;
using Mesh.Sync.Applying;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;
using Mesh.Testing.Kds;

namespace Mesh.Sync.Tests;

public sealed class SyncInboxTests
{
    private static readonly Resource _trust = SampleResources.Of("MeshTrust");

    [Fact]
    public async Task Apply_MoreThanMayWaitForItsMesh_IsRefusedByName()
    {
        await using var store = new MemoryStore(TimeProvider.System);
        var size = KumaResourceCodec.Encode(_trust, out _)!.Length;
        var inbox = new SyncInbox(store, new TakesAll()) { MaxWaitingBytes = 2 * size };

        Assert.Null((await ApplyAsync(inbox, "a", "b")).Error);
        var refused = await ApplyAsync(inbox, "c");

        Assert.Contains("MeshTrust c.default: mesh: does not exist, and too many resources wait for theirs", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, inbox.WaitingCount);

        // What waits already may change, and what is gone makes room.
        Assert.Null((await ApplyAsync(inbox, "a")).Error);
        await inbox.ApplyAsync(new SyncDelivery { Kind = _trust.Descriptor, Removed = [_trust.Key with { Name = "b" }] }, TestContext.Current.CancellationToken);
        Assert.Null((await ApplyAsync(inbox, "c")).Error);

        await store.CreateAsync(SampleResources.Of("Mesh"), TestContext.Current.CancellationToken);
        await inbox.TakeWaitingAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, inbox.WaitingCount);
        Assert.NotNull(await store.GetAsync(_trust.Key with { Name = "c" }, TestContext.Current.CancellationToken));
    }

    private static Task<SyncResult> ApplyAsync(SyncInbox inbox, params string[] names) => inbox.ApplyAsync(
        new SyncDelivery { Kind = _trust.Descriptor, Resources = [.. names.Select(name => _trust with { Name = name })] }, TestContext.Current.CancellationToken);

    private sealed class TakesAll : IIncomingRules
    {
        public SyncDirection Direction => SyncDirection.ZoneToGlobal;

        public ApplyDecision Decide(Resource incoming, Resource? stored) => ApplyDecision.Put(incoming);

        public bool IsOfPeer(Resource stored) => true;

        public Resource AsSent(Resource stored) => stored;
    }
}
