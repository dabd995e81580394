using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Names;

namespace Mesh.Sync.Tests;

public sealed class SyncNamesTests
{
    [Fact]
    public void Hashed_LongName_FitsWithItsHash()
    {
        var name = SyncNames.Hashed("default", new string('a', 253), "zone-1", "");
        Assert.Equal(253, name.Length);
        Assert.Equal('-', name[236]);
        Assert.NotEqual(name, SyncNames.Hashed("default", new string('a', 253), "zone-2", ""));
    }

    [Fact]
    public void Hashed_AnotherZoneMeshOrNamespace_GivesAnotherName()
    {
        string[] names =
        [
            SyncNames.Hashed("default", "backend", "", ""), SyncNames.Hashed("default", "backend", "zone-1", ""),
            SyncNames.Hashed("other", "backend", "zone-1", ""), SyncNames.Hashed("default", "backend", "zone-1", "team"),
        ];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.Matches("^backend-[bcdfghjklmnpqrstvwxz2456789]{16}$", name));
    }

    [Theory]
    [InlineData("backend.default", "default", "backend")]
    [InlineData("back.end.default", "default", "back.end")]
    public void TrySplit_NameOfAMesh_IsSplitAtTheLastDot(string wireName, string mesh, string name)
    {
        Assert.True(SyncNames.TrySplit(MeshServiceKind.Resource, wireName, out var key));
        Assert.Equal(new ResourceKey("MeshService", mesh, name), key);
    }

    [Theory]
    [InlineData("backend")]
    [InlineData("backend.")]
    [InlineData(".default")]
    [InlineData("")]
    public void TrySplit_NoNameOfAMesh_IsRefused(string wireName) => Assert.False(SyncNames.TrySplit(MeshServiceKind.Resource, wireName, out _));

    [Fact]
    public void TrySplit_GlobalName_EndsWithADot()
    {
        Assert.True(SyncNames.TrySplit(MeshKind.Resource, "default.", out var key));
        Assert.Equal(new ResourceKey("Mesh", "", "default"), key);
        Assert.False(SyncNames.TrySplit(MeshKind.Resource, "default.other", out _));
    }
}
