using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Resources;

public sealed class ResourceTests
{
    private static readonly Resource _resource = new()
    {
        Descriptor = MeshCatalog.Create()[MeshServiceKind.Name],
        Mesh = "default",
        Name = "a",
        Spec = new MeshServiceSpec(),
    };

    [Fact]
    public void Times_AnyOffset_AreThatMomentInUtc()
    {
        var moment = new DateTimeOffset(2026, 11, 23, 10, 0, 0, 5, TimeSpan.FromHours(3)).AddTicks(7);

        var resource = _resource with { CreationTime = moment, ModificationTime = moment.AddYears(1) };

        Assert.Equal(moment, resource.CreationTime);
        Assert.Equal(TimeSpan.Zero, resource.CreationTime.Offset);
        Assert.Equal(moment.AddYears(1), resource.ModificationTime);
        Assert.Equal(default, _resource.CreationTime);
    }

    [Fact]
    public void Owner_ManyOwners_AreEachKeptAndEqualByKey()
    {
        Assert.Null(_resource.Owner);
        var all = Enumerable.Range(0, 2000).Select(i => _resource with { Owner = new ResourceKey("Zone", "", $"zone-{i}") }).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal(new ResourceKey("Zone", "", $"zone-{i}"), all[i].Owner);
            Assert.Equal(all[i], _resource with { Owner = new ResourceKey("Zone", "", $"zone-{i}") });
        }

        Assert.NotEqual(all[0], all[1]);
        Assert.Null((all[0] with { Owner = null }).Owner);
    }
}
