using Mesh.Global.Zones;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.Hosting;
using Mesh.Server.Kds.Global;
using Mesh.Server.Kds.Wire;
using Mesh.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.Kds;

public sealed class ZoneSendObserverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rejected_ManyTypesForOneReason_IsToldOnceAndAsLongAsItHolds()
    {
        using var log = new LogLines();
        await using var store = new MemoryStore(TimeProvider.System);
        await using var zones = new ZoneRegistry(store, TimeProvider.System, new ZoneRegistryOptions(), NullLogger<ZoneRegistry>.Instance);
        await zones.StartAsync(Cancellation);
        using var stream = await zones.AdmitAsync(new ZoneHello("west", "store-1", "1.0", true), "c1", ZoneStreamKind.GlobalToZone, Cancellation);
        using var trim = new HeapTrim(TimeProvider.System);
        var observer = new ZoneSendObserver(stream.Connection, new KdsMetrics(() => 1), trim, log);

        observer.Rejected("Mesh", "held back");
        observer.Rejected("MeshRetry", "held back");
        observer.Rejected("MeshTimeout", "held back");
        observer.Rejected("MeshTimeout", "held back");
        await UntilAsync(store, status => status?.Faults is [{ Type: "Mesh", Name: null, Reason: "held back" }]);
        Assert.Single(log.Of("RejectedByZone"));

        observer.Accepted("Mesh");
        await UntilAsync(store, status => status?.Faults is [{ Type: not "Mesh", Reason: "held back" }]);

        observer.Rejected("MeshRetry", "MeshRetry a.default: is broken");
        await UntilAsync(store, status => status?.Faults is [{ Name: "a.default" }, { Type: "MeshTimeout", Reason: "held back" }]);
        Assert.Equal(2, log.Of("RejectedByZone").Count);

        observer.Accepted("MeshRetry");
        observer.Accepted("MeshTimeout");
        await UntilAsync(store, status => status is { Faults: null });
    }

    private static Task UntilAsync(MemoryStore store, Func<KdsSubscriptionStatus?, bool> condition) => TestControlPlane.UntilAsync(async () =>
        condition(((await store.GetAsync(new ResourceKey(ZoneInsightKind.Name, "", "west"), Cancellation))?.Spec as ZoneInsightSpec)?.Subscriptions?[0].Status));
}
