using Mesh.Model.Resources;
using Mesh.Stores.Indexing;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Indexing;

public sealed class OwnershipTests
{
    private static readonly Resource _owner = TestKinds.New(TestKinds.GlobalThing, "owner");

    [Theory]
    [InlineData(1)]
    [InlineData(OwnedResources.MostListed)]
    [InlineData(OwnedResources.MostListed + 1)]
    [InlineData(500)]
    public void OwnedBy_FewOrMany_IsEachOfThemInOrder(int count)
    {
        var state = Put(StoreState.Empty, _owner);
        state = Put(state, TestKinds.New(TestKinds.Thing, "not-owned"));
        foreach (var i in Enumerable.Range(0, count))
        {
            state = Put(state, TestKinds.New(TestKinds.Part, $"part-{i}", owner: _owner.Key));
        }

        Assert.Equal(
            Enumerable.Range(0, count).Select(i => $"part-{i}").Order(StringComparer.Ordinal),
            state.OwnedBy(_owner.Key).Select(key => key.Name));
        Assert.Empty(state.OwnedBy(new ResourceKey("Thing", "default", "not-owned")));
    }

    [Fact]
    public void OwnedBy_ManyOfWhichMostWereRemoved_IsTheRest()
    {
        var state = Put(StoreState.Empty, _owner);
        foreach (var i in Enumerable.Range(0, 100))
        {
            state = Put(state, TestKinds.New(TestKinds.Part, $"part-{i}", owner: _owner.Key));
        }

        foreach (var i in Enumerable.Range(0, 99))
        {
            state = state.Remove(state.Find(new ResourceKey("Part", "default", $"part-{i}"))!);
        }

        Assert.Equal(["part-99"], state.OwnedBy(_owner.Key).Select(key => key.Name));
        state = state.Remove(state.Find(new ResourceKey("Part", "default", "part-99"))!);
        Assert.Empty(state.OwnedBy(_owner.Key));
    }

    [Fact]
    public void OwnedBy_Mesh_IsWhatIsInItAndWhatNamesItAndWhatThoseOwn()
    {
        var mesh = TestKinds.New(TestKinds.Mesh, "m");
        var state = Put(StoreState.Empty, mesh);
        var inside = TestKinds.New(TestKinds.Thing, "inside", "m");
        state = Put(state, inside);
        state = Put(state, TestKinds.New(TestKinds.GlobalThing, "named", owner: mesh.Key));
        state = Put(state, TestKinds.New(TestKinds.GlobalThing, "of-inside", owner: inside.Key));
        state = Put(state, TestKinds.New(TestKinds.Thing, "elsewhere", "n"));

        Assert.Equal(["named", "inside", "of-inside"], state.OwnedBy(mesh.Key).Select(key => key.Name));
    }

    [Fact]
    public void Put_OtherOwner_MovesIt()
    {
        var other = TestKinds.New(TestKinds.GlobalThing, "other");
        var state = Put(Put(StoreState.Empty, _owner), other);
        state = Put(state, TestKinds.New(TestKinds.Part, "part", owner: _owner.Key));
        state = Put(state, TestKinds.New(TestKinds.Part, "part", owner: other.Key));

        Assert.Empty(state.OwnedBy(_owner.Key));
        Assert.Equal(["part"], state.OwnedBy(other.Key).Select(key => key.Name));
    }

    private static StoreState Put(StoreState state, Resource resource) => state.Put(resource with { Revision = state.Revision + 1 });
}
