using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Stores.Tests.Embedded;

public sealed class EmbeddedStoreTests : StoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-store").FullName;

    protected override async ValueTask<IResourceStore> OpenAsync() => await OpenAsync(new EmbeddedStoreOptions());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Open_AfterClose_HasEverything()
    {
        await CreateMeshAsync();
        var owner = await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "owner", text: "ä\u0000\"x"), Stop);
        var part = await Store.CreateAsync(TestKinds.New(TestKinds.Part, "part", owner: owner.Key) with { Labels = new Dictionary<string, string> { ["a"] = "b" } }, Stop);
        part = await Store.UpdateAsync(part with { Status = new TestStatus { State = "ok" } }, Stop);
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "gone"), Stop);
        await Store.DeleteAsync(new ResourceKey("Thing", "default", "gone"), cancellationToken: Stop);
        var id = Store.StoreId;
        await Store.DisposeAsync();

        await using var again = await OpenAsync(new EmbeddedStoreOptions());

        Assert.Equal(id, again.StoreId);
        Assert.Equal(6, again.Revision);
        var read = (await again.GetAsync(part.Key, Stop))!;
        Assert.Equal((2, owner.Key, "ok", "b"), (read.Version, read.Owner, read.StatusAs<TestStatus>()!.State, read.Label("a")));
        Assert.Equal((part.CreationTime, part.ModificationTime), (read.CreationTime, read.ModificationTime));
        Assert.Equal("ä\u0000\"x", (await again.GetAsync(owner.Key, Stop))!.SpecAs<TestSpec>().Text);
        Assert.Null(await again.GetAsync(new ResourceKey("Thing", "default", "gone"), Stop));
        await again.DeleteAsync(owner.Key, cancellationToken: Stop);
        Assert.Null(await again.GetAsync(part.Key, Stop));
    }

    [Fact]
    public async Task Watch_ResumedAfterRestart_TellsWhatCameLater()
    {
        await CreateMeshAsync();
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "a"), Stop);
        await Store.DeleteAsync(new ResourceKey("Thing", "default", "a"), cancellationToken: Stop);
        await Store.DisposeAsync();

        await using var again = await OpenAsync(new EmbeddedStoreOptions());
        await using var watch = again.WatchAsync(2, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((ChangeKind.Deleted, 3L, "a"), (watch.Current.Kind, watch.Current.Revision, watch.Current.Resource!.Name));
    }

    [Fact]
    public async Task Open_HeldByAnother_IsRefusedClearly()
    {
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await OpenAsync(new EmbeddedStoreOptions()));
        Assert.Contains(_folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another process holds it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_InDataDirectory_AreTheOwnersAlone()
    {
        await CreateMeshAsync();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(_folder).UnixFileMode);
            Assert.All(Directory.GetFiles(_folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
        }
    }

    [Fact]
    public async Task Write_ManyAtOnce_ShareFlushesAndAllStay()
    {
        await CreateMeshAsync();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Store.CreateAsync(TestKinds.New(TestKinds.Thing, $"t{i}"), Stop).AsTask()));
        await Store.DisposeAsync();

        await using var again = await OpenAsync(new EmbeddedStoreOptions());
        Assert.Equal(500, (await again.ListAsync(new ResourceQuery { Kind = "Thing" }, Stop)).Total);
        Assert.Equal(501, again.Revision);
    }

    [Fact]
    public async Task Write_LargeResourceAndLargeCascade_SpanRecordsAndPages()
    {
        await CreateMeshAsync();
        var text = new string('x', 3_000_000);
        var large = await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "large", text: text), Stop);
        await Task.WhenAll(Enumerable.Range(0, 5000).Select(
            i => Store.CreateAsync(TestKinds.New(TestKinds.Part, $"a-rather-long-name-of-a-part-{i}", owner: large.Key), Stop).AsTask()));
        await Store.DisposeAsync();

        await using (var again = await OpenAsync(new EmbeddedStoreOptions()))
        {
            Assert.Equal(text, (await again.GetAsync(large.Key, Stop))!.SpecAs<TestSpec>().Text);
            await again.DeleteAsync(new ResourceKey("Mesh", "", "default"), cancellationToken: Stop);
        }

        await using var empty = await OpenAsync(new EmbeddedStoreOptions());
        Assert.Equal(0, (await empty.ListAsync(new ResourceQuery { Kind = "Part" }, Stop)).Total);
        Assert.Equal(5002 + 5002, empty.Revision);
    }

    [Fact]
    public async Task Compaction_MostlyDeadLog_KeepsWhatLivesAndShrinks()
    {
        await Store.DisposeAsync();
        var options = new EmbeddedStoreOptions { CompactionMinimumBytes = 64 * 1024 };
        var versions = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        await using (var store = await OpenAsync(options))
        {
            await store.CreateAsync(TestKinds.New(TestKinds.Mesh, "default"), Stop);
            for (var i = 0; i < 20; i++)
            {
                await store.CreateAsync(TestKinds.New(TestKinds.Thing, $"t{i}"), Stop);
            }

            for (var round = 0; store.Generation < 3; round++)
            {
                Assert.True(round < 2000, "the log was not rewritten");
                await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
                {
                    var stored = (await store.GetAsync(new ResourceKey("Thing", "default", $"t{i}"), Stop))!;
                    versions[$"t{i}"] = (await store.UpdateAsync(stored with { Spec = new TestSpec { Text = $"{round}/{new string('x', 100)}" } }, Stop)).Version;
                }));
            }
        }

        Assert.Single(Directory.GetFiles(_folder, "*.log"));
        await using var again = await OpenAsync(options);
        Assert.True(again.Generation >= 3);
        Assert.Equal(21 + versions.Values.Sum(version => version - 1), again.Revision);
        foreach (var (name, version) in versions)
        {
            Assert.Equal(version, (await again.GetAsync(new ResourceKey("Thing", "default", name), Stop))!.Version);
        }

        await using var watch = again.WatchAsync(-1, Stop).GetAsyncEnumerator(Stop);
        for (var last = 0L; ;)
        {
            Assert.True(await watch.MoveNextAsync());
            if (watch.Current.Kind == ChangeKind.Synced)
            {
                break;
            }

            Assert.True(watch.Current.Revision > last);
            last = watch.Current.Revision;
        }
    }

    [Fact]
    public async Task Open_KindUnknownToThisVersion_IsKeptForTheNext()
    {
        await CreateMeshAsync();
        await Store.CreateAsync(TestKinds.New(TestKinds.Thing, "a", text: "kept"), Stop);
        await Store.DisposeAsync();

        var older = new ResourceCatalog([TestKinds.Mesh]);
        await using (var store = await OpenAsync(new EmbeddedStoreOptions { CompactionMinimumBytes = 1024 }, older))
        {
            Assert.Null(await store.GetAsync(new ResourceKey("Thing", "default", "a"), Stop));
            for (var round = 0; store.Generation < 2; round++)
            {
                Assert.True(round < 2000, "the log was not rewritten");
                var mesh = (await store.GetAsync(new ResourceKey("Mesh", "", "default"), Stop))!;
                await store.UpdateAsync(mesh, Stop);
            }
        }

        await using var again = await OpenAsync(new EmbeddedStoreOptions());
        Assert.Equal("kept", (await again.GetAsync(new ResourceKey("Thing", "default", "a"), Stop))!.SpecAs<TestSpec>().Text);
    }

    private Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options, ResourceCatalog? catalog = null) => EmbeddedStore.OpenAsync(
        options with { DataDirectory = _folder }, catalog ?? TestKinds.Catalog, ModelJson.Options, Clock, NullLogger<EmbeddedStore>.Instance, Stop);
}
