using Mesh.Model.Stores;
using Mesh.Stores.Memory;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Memory;

public sealed class MemoryStoreTests : StoreContract
{
    protected override ValueTask<IResourceStore> OpenAsync() => ValueTask.FromResult<IResourceStore>(new MemoryStore(Clock));

    [Fact]
    public async Task Watch_DeletionsForgotten_MustBeginAnew()
    {
        await using var store = new MemoryStore(Clock, keptDeletions: 100);
        for (var i = 0; i < 1000; i++)
        {
            var created = await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, $"g{i}"), Stop);
            await store.DeleteAsync(created.Key, cancellationToken: Stop);
        }

        var refusal = await Assert.ThrowsAsync<RevisionCompactedException>(async () =>
        {
            await using var watch = store.WatchAsync(1, Stop).GetAsyncEnumerator(Stop);
            await watch.MoveNextAsync();
        });

        await using var resumed = store.WatchAsync(refusal.Oldest, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await resumed.MoveNextAsync());
        Assert.Equal(ChangeKind.Deleted, resumed.Current.Kind);
    }
}
