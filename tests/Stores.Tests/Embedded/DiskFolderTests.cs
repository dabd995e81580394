using Mesh.Engine.Persistence;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.Stores.Embedded.Storage;
using Mesh.Stores.Manifests;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>What may be wrong with a real folder that a simulated one does not have.</summary>
public sealed class DiskFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-folder-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_OnAFolderInPlaceOfAFile_IsAnIOException()
    {
        using var folder = new DiskFolder(_folder);
        Directory.CreateDirectory(Path.Combine(_folder, "x", "y"));
        using (var file = folder.Open("z"))
        {
            file.Write(0, "z"u8);
        }

        Assert.Throws<IOException>(() => folder.Open("x"));
        Assert.Throws<IOException>(() => folder.Delete("x"));
        Assert.Throws<IOException>(() => folder.Move("z", "x"));
        Assert.Throws<IOException>(() => folder.ReplaceSmall("x", "z"u8));
        Assert.Null(folder.ReadSmall("x"));
        Assert.DoesNotContain("x", folder.List());
    }

    /// <summary>The runtime's own flush takes this refusal, and that of a file system that has become read-only, for success.</summary>
    [Fact]
    public void Flush_ThatTheSystemRefuses_IsAnIOException()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems flush in other ways");
        using var file = new DiskFile("/dev/null");
        var refusal = Assert.Throws<IOException>(file.Sync);
        Assert.Contains("/dev/null", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CURRENT")]
    [InlineData("confirmed")]
    [InlineData("lock")]
    [InlineData("store-000001.log")]
    public async Task Store_AFolderInPlaceOfAFile_IsRefusedAndSaysWhich(string name)
    {
        await using (var store = await OpenStoreAsync())
        {
            await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "a"), Stop);
        }

        File.Delete(Path.Combine(_folder, name));
        Directory.CreateDirectory(Path.Combine(_folder, name));

        var refusal = await Record.ExceptionAsync(OpenStoreAsync);
        Assert.True(refusal is StoreUnavailableException or StoreDamagedException, $"{refusal}");
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);

        // Nothing was made of it: with the file in its place again everything is there.
        Assert.True(Directory.Exists(Path.Combine(_folder, name)));
    }

    [Theory]
    [InlineData("CURRENT")]
    [InlineData("lock")]
    [InlineData("store-000001.log")]
    public async Task Manifests_AFolderInPlaceOfAFile_AreDoneWithout(string name)
    {
        var store = Guid.NewGuid();
        await OpenManifests(store)!.DisposeAsync();
        File.Delete(Path.Combine(_folder, name));
        Directory.CreateDirectory(Path.Combine(_folder, name));

        Assert.Null(OpenManifests(store));
    }

    [Fact]
    public async Task Manifests_NextLogCannotBeMade_GoOnInTheOld()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "store-000002.log"));
        await using var archive = OpenManifests(Guid.NewGuid())!;
        SnapshotManifest Of(int number) => new([new SliceMark(1, (UInt128)number)]);

        // Enough for the log to be worth rewriting, which fails each time.
        for (var i = 0; i < 40; i++)
        {
            archive.Write([.. Enumerable.Range(0, 1000).Select(proxy => KeyValuePair.Create($"proxy-{proxy}", Of(i)))], _ => false);
        }

        Assert.Equal(1, archive.Generation);
        Assert.Equal(Of(39), archive.Find("proxy-999"));
    }

    private Task<EmbeddedStore> OpenStoreAsync() => EmbeddedStore.OpenAsync(
        new EmbeddedStoreOptions { DataDirectory = _folder }, TestKinds.Catalog, ModelJson.Options, TimeProvider.System, NullLogger<EmbeddedStore>.Instance, Stop);

    private ManifestArchive? OpenManifests(Guid store) =>
        ManifestArchive.Open(_folder, store, TimeProvider.System, NullLogger<ManifestArchive>.Instance);
}
