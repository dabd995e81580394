using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Stores.Tests;

/// <summary>What every store does: run by one sealed class per store.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private IResourceStore? _store;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    protected IResourceStore Store => _store!;

    protected abstract ValueTask<IResourceStore> OpenAsync();

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Create_NewResource_HasVersionOneAndTimes()
    {
        var created = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a", text: "x") with { Version = 7 }, Stop);

        Assert.Equal(1, created.Version);
        Assert.Equal(Clock.GetUtcNow(), created.CreationTime);
        Assert.Equal(Clock.GetUtcNow(), created.ModificationTime);
        Assert.Equal("x", created.SpecAs<TestSpec>().Text);
        Assert.Equal(1, Store.Revision);
        Assert.Equal(created, await Store.GetAsync(created.Key, Stop));
    }

    [Fact]
    public async Task Create_KeyInUse_IsRefusedAndChangesNothing()
    {
        var first = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a", text: "x"), Stop);

        var refusal = await Assert.ThrowsAsync<ResourceExistsException>(
            async () => await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a", text: "y"), Stop));

        Assert.Equal(first.Key, refusal.Key);
        Assert.Equal(first, await Store.GetAsync(first.Key, Stop));
        Assert.Equal(1, Store.Revision);
    }

    [Fact]
    public async Task Create_SameNameInAnotherMeshOrKind_IsAnotherResource()
    {
        await CreateMeshAsync("a");
        await CreateMeshAsync("b");
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "x", "a"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "x", "b"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Part, "x", "a"), Stop);

        Assert.Equal(5, Store.Revision);
    }

    [Fact]
    public async Task Create_MeshMissing_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<ResourceOwnerMissingException>(
            async () => await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "a", "nowhere"), Stop));

        Assert.Equal(new ResourceKey("Mesh", "", "nowhere"), refusal.Owner);
        Assert.Equal(0, Store.Revision);
    }

    [Fact]
    public async Task Create_OwnerMissing_IsRefused()
    {
        await CreateMeshAsync();
        var owner = new ResourceKey("Thing", "default", "gone");

        var refusal = await Assert.ThrowsAsync<ResourceOwnerMissingException>(
            async () => await Store.CreateAsync(TestKinds.New(TestKinds.Part, "a", owner: owner), Stop));

        Assert.Equal(owner, refusal.Owner);
    }

    [Fact]
    public async Task Get_NoSuchResource_IsNull() =>
        Assert.Null(await Store.GetAsync(new ResourceKey("Thing", "default", "a"), Stop));

    [Fact]
    public async Task Update_CurrentVersion_ReplacesAndKeepsBirthAndOwner()
    {
        await CreateMeshAsync();
        var owner = await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "owner"), Stop);
        var created = await Store.CreateAsync(TestKinds.New(TestKinds.Part, "a", owner: owner.Key), Stop);
        Clock.Advance(TimeSpan.FromMinutes(5));

        var updated = await Store.UpdateAsync(
            created with
            {
                Spec = new TestSpec { Text = "new", Number = 3, Items = ["i"] },
                Status = new TestStatus { State = "ok" },
                Labels = new Dictionary<string, string> { ["k"] = "v" },
                Owner = null,
                CreationTime = default,
            },
            Stop);

        Assert.Equal(2, updated.Version);
        Assert.Equal(created.CreationTime, updated.CreationTime);
        Assert.Equal(Clock.GetUtcNow(), updated.ModificationTime);
        Assert.Equal(owner.Key, updated.Owner);
        var read = await Store.GetAsync(created.Key, Stop);
        Assert.Equal("new", read!.SpecAs<TestSpec>().Text);
        Assert.Equal("ok", read.StatusAs<TestStatus>()!.State);
        Assert.Equal("v", read.Label("k"));
    }

    [Fact]
    public async Task Update_OldVersion_IsRefusedAndChangesNothing()
    {
        var created = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop);
        var updated = await Store.UpdateAsync(created with { Spec = new TestSpec { Text = "1" } }, Stop);

        await Assert.ThrowsAsync<ResourceConflictException>(
            async () => await Store.UpdateAsync(created with { Spec = new TestSpec { Text = "2" } }, Stop));

        Assert.Equal(updated, await Store.GetAsync(created.Key, Stop));
        Assert.Equal(2, Store.Revision);
    }

    [Fact]
    public async Task Update_NoSuchResource_IsRefused() =>
        await Assert.ThrowsAsync<ResourceNotFoundException>(
            async () => await Store.UpdateAsync(TestKinds.New(TestKinds.GlobalThing, "a") with { Version = 1 }, Stop));

    [Fact]
    public async Task Update_ManyAtOnceOnOneVersion_OneWins()
    {
        var created = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                await Store.UpdateAsync(created with { Spec = new TestSpec { Number = i } }, Stop);
                return true;
            }
            catch (ResourceConflictException)
            {
                return false;
            }
        })));

        Assert.Equal(1, outcomes.Count(won => won));
        Assert.Equal(2, (await Store.GetAsync(created.Key, Stop))!.Version);
    }

    [Fact]
    public async Task Delete_Resource_IsGoneAndCanBeCreatedAnew()
    {
        var created = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop);
        await Store.UpdateAsync(created, Stop);

        await Store.DeleteAsync(created.Key, cancellationToken: Stop);

        Assert.Null(await Store.GetAsync(created.Key, Stop));
        Assert.Equal(1, (await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop)).Version);
        Assert.Equal(4, Store.Revision);
    }

    [Fact]
    public async Task Delete_NoSuchResourceOrOtherVersion_IsRefused()
    {
        var created = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop);

        await Assert.ThrowsAsync<ResourceNotFoundException>(
            async () => await Store.DeleteAsync(new ResourceKey("GlobalThing", "", "b"), cancellationToken: Stop));
        await Assert.ThrowsAsync<ResourceConflictException>(async () => await Store.DeleteAsync(created.Key, 9, Stop));
        await Store.DeleteAsync(created.Key, 1, Stop);
    }

    [Fact]
    public async Task Delete_Owner_DeletesWhatItOwnsTransitively()
    {
        await CreateMeshAsync();
        var root = await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "root"), Stop);
        var child = await Store.CreateAsync(TestKinds.New(TestKinds.Part, "child", owner: root.Key), Stop);
        var grandchild = await Store.CreateAsync(TestKinds.New(TestKinds.Part, "grandchild", owner: child.Key), Stop);
        var other = await Store.CreateAsync(TestKinds.New(TestKinds.Part, "other"), Stop);

        await Store.DeleteAsync(root.Key, cancellationToken: Stop);

        Assert.Null(await Store.GetAsync(child.Key, Stop));
        Assert.Null(await Store.GetAsync(grandchild.Key, Stop));
        Assert.NotNull(await Store.GetAsync(other.Key, Stop));
        Assert.Equal(8, Store.Revision);
    }

    [Fact]
    public async Task Delete_Mesh_DeletesAllInIt()
    {
        await CreateMeshAsync("a");
        await CreateMeshAsync("b");
        var globalOwner = await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "g"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "x", "a"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Part, "owned-elsewhere", "a", owner: globalOwner.Key), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "x", "b"), Stop);

        await Store.DeleteAsync(new ResourceKey("Mesh", "", "a"), cancellationToken: Stop);

        Assert.Equal(0, (await ListAsync("Part")).Total);
        Assert.Equal("b", Assert.Single((await ListAsync("Thing")).Items).Mesh);
        Assert.Equal(1, (await ListAsync("GlobalThing")).Total);
    }

    [Fact]
    public async Task List_Kind_IsOrderedByKeyAndPaged()
    {
        await CreateMeshAsync("b");
        await CreateMeshAsync("a");
        foreach (var (mesh, name) in new[] { ("b", "1"), ("a", "2"), ("a", "10"), ("b", "0"), ("a", "Z") })
        {
            await Store.CreateAsync(TestKinds.New(TestKinds.Thing, name, mesh), Stop);
        }

        var all = await ListAsync("Thing");
        Assert.Equal(["a/10", "a/2", "a/Z", "b/0", "b/1"], all.Items.Select(r => $"{r.Mesh}/{r.Name}"));
        Assert.Equal(5, all.Total);
        Assert.Equal(7, all.Revision);

        var page = await Store.ListAsync(new ResourceQuery { Kind = "Thing", Size = 2, Offset = 1, Filter = r => r.Mesh == "a" }, Stop);
        Assert.Equal(["a/2", "a/Z"], page.Items.Select(r => $"{r.Mesh}/{r.Name}"));
        Assert.Equal(3, page.Total);

        var mesh2 = await Store.ListAsync(new ResourceQuery { Kind = "Thing", Mesh = "b" }, Stop);
        Assert.Equal(2, mesh2.Total);
        Assert.Equal(0, (await Store.ListAsync(new ResourceQuery { Kind = "Thing", Mesh = "c" }, Stop)).Total);
        Assert.Empty((await Store.ListAsync(new ResourceQuery { Kind = "Thing", Offset = 9 }, Stop)).Items);
    }

    [Fact]
    public async Task Watch_FromStart_TellsWhatExistsThenSyncedThenChanges()
    {
        await CreateMeshAsync();
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "a"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "b"), Stop);
        await Store.DeleteAsync(new ResourceKey("Thing", "default", "a"), cancellationToken: Stop);

        await using var watch = Store.WatchAsync(-1, Stop).GetAsyncEnumerator(Stop);
        Assert.Equal("Put Mesh/default 1", await NextAsync(watch));
        Assert.Equal("Put Thing/default/b 3", await NextAsync(watch));
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(ChangeKind.Synced, watch.Current.Kind);
        Assert.Equal(4, watch.Current.Revision);
        Assert.Null(watch.Current.Resource);

        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "c"), Stop);
        Assert.Equal("Put Thing/default/c 5", await NextAsync(watch));
        await Store.DeleteAsync(new ResourceKey("Thing", "default", "c"), cancellationToken: Stop);
        Assert.Equal("Deleted Thing/default/c 6", await NextAsync(watch));
        Assert.Equal("c", watch.Current.Resource!.Name);
    }

    [Fact]
    public async Task Watch_WaitingReader_IsToldOfEachWrite()
    {
        await using var watch = Store.WatchAsync(0, Stop).GetAsyncEnumerator(Stop);
        for (var i = 1; i <= 50; i++)
        {
            var next = NextAsync(watch);
            await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, $"g{i}"), Stop);
            Assert.Equal($"Put GlobalThing/g{i} {i}", await next);
        }
    }

    [Fact]
    public async Task Watch_Resumed_TellsOnlyWhatCameLater()
    {
        await CreateMeshAsync();
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "a"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "b"), Stop);
        await Store.DeleteAsync(new ResourceKey("Thing", "default", "a"), cancellationToken: Stop);

        await using var watch = Store.WatchAsync(2, Stop).GetAsyncEnumerator(Stop);
        Assert.Equal("Put Thing/default/b 3", await NextAsync(watch));
        Assert.Equal("Deleted Thing/default/a 4", await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_SlowReader_SeesTheNewestOfEachKey()
    {
        await CreateMeshAsync();
        var thing = await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "a"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "b"), Stop);
        for (var i = 0; i < 1000; i++)
        {
            thing = await Store.UpdateAsync(thing with { Spec = new TestSpec { Number = i } }, Stop);
        }

        await using var watch = Store.WatchAsync(1, Stop).GetAsyncEnumerator(Stop);
        Assert.Equal("Put Thing/default/b 3", await NextAsync(watch));
        Assert.Equal("Put Thing/default/a 1003", await NextAsync(watch));
        Assert.Equal(999, watch.Current.Resource!.SpecAs<TestSpec>().Number);
    }

    [Fact]
    public async Task Watch_RevisionOfAnotherStore_IsRefused() =>
        await Assert.ThrowsAsync<RevisionCompactedException>(async () =>
        {
            await using var watch = Store.WatchAsync(99, Stop).GetAsyncEnumerator(Stop);
            await watch.MoveNextAsync();
        });

    [Fact]
    public async Task Watch_Cascade_IsToldOwnedFirst()
    {
        await CreateMeshAsync();
        var root = await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "root"), Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Part, "child", owner: root.Key), Stop);
        await Store.DeleteAsync(new ResourceKey("Mesh", "", "default"), cancellationToken: Stop);

        await using var watch = Store.WatchAsync(3, Stop).GetAsyncEnumerator(Stop);
        var told = new[] { await NextAsync(watch), await NextAsync(watch), await NextAsync(watch) };
        Assert.Equal("Deleted Mesh/default 6", told[2]);
    }

    [Fact]
    public async Task Watch_Cancelled_Ends()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var watch = Store.WatchAsync(0, stop.Token).GetAsyncEnumerator(stop.Token);
        var waiting = watch.MoveNextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    [Fact]
    public async Task Write_StoreClosed_IsRefused()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await Store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop));
    }

    [Fact]
    public async Task Watch_StoreClosed_EndsWithAReason()
    {
        await using var watch = Store.WatchAsync(0, Stop).GetAsyncEnumerator(Stop);
        var waiting = watch.MoveNextAsync();
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await waiting);
    }

    protected async Task CreateMeshAsync(string name = "default") =>
        await Store.CreateAsync(TestKinds.New(TestKinds.Mesh, name), Stop);

    private async Task<ResourceList> ListAsync(string kind) => await Store.ListAsync(new ResourceQuery { Kind = kind }, Stop);

    private static async Task<string> NextAsync(IAsyncEnumerator<ResourceChange> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        var change = watch.Current;
        Assert.Equal(change.Key, change.Resource?.Key ?? change.Key);
        return $"{change.Kind} {change.Key} {change.Revision}";
    }
}
