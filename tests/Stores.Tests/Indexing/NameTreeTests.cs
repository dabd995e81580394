using CsCheck;
using Mesh.Model.Resources;
using Mesh.Stores.Indexing;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Indexing;

public sealed class NameTreeTests
{
    // Long runs of one kind of step, so that trees grow to several levels and shrink again.
    private static readonly Gen<(bool Removes, int From, int Count, int Stride)[]> _runs =
        Gen.Select(Gen.Bool, Gen.Int[0, 4000], Gen.Int[1, 1500], Gen.Int[1, 7]).Array[1, 12];

    [Fact]
    public void PutAndRemove_Anything_HoldsWhatASortedDictionaryHolds() => _runs.Sample(
        runs =>
        {
            var tree = NameTree.Empty;
            var model = new SortedDictionary<string, Resource>(StringComparer.Ordinal);
            foreach (var (removes, from, count, stride) in runs)
            {
                for (var i = 0; i < count; i++)
                {
                    var name = Name(from + (i * stride));
                    if (removes)
                    {
                        tree = tree.Remove(name);
                        model.Remove(name);
                    }
                    else
                    {
                        model[name] = TestKinds.New(TestKinds.Thing, name);
                        tree = tree.Put(model[name]);
                    }
                }

                Matches(model, tree);
            }
        },
        iter: 40);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(1000)]
    [InlineData(40_000)]
    public void Of_Sorted_IsTheSameAsOneByOne(int count)
    {
        var model = new SortedDictionary<string, Resource>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            model[Name(i)] = TestKinds.New(TestKinds.Thing, Name(i));
        }

        var tree = NameTree.Of(model.Values.ToArray());
        Matches(model, tree);

        // It can be changed like any other.
        model[Name(count)] = TestKinds.New(TestKinds.Thing, Name(count));
        tree = tree.Put(model[Name(count)]);
        foreach (var name in model.Keys.Where((_, i) => i % 3 != 0).ToList())
        {
            model.Remove(name);
            tree = tree.Remove(name);
        }

        Matches(model, tree);
    }

    [Fact]
    public void PutAndRemove_OlderTree_StaysAsItWas()
    {
        var older = NameTree.Empty;
        var model = new SortedDictionary<string, Resource>(StringComparer.Ordinal);
        for (var i = 0; i < 3000; i++)
        {
            model[Name(i)] = TestKinds.New(TestKinds.Thing, Name(i));
            older = older.Put(model[Name(i)]);
        }

        var newer = older;
        for (var i = 0; i < 3000; i++)
        {
            newer = i % 2 == 0 ? newer.Remove(Name(i)) : newer.Put(TestKinds.New(TestKinds.Thing, Name(i), text: "newer"));
        }

        Matches(model, older);
        Assert.Equal(1500, newer.Count);
        Assert.Same(newer, newer.Remove("not there"));
    }

    private static void Matches(SortedDictionary<string, Resource> model, NameTree tree)
    {
        Assert.Equal(model.Count, tree.Count);
        Assert.Equal(model.Values, tree.All(), ReferenceEqualityComparer.Instance);
        foreach (var (name, resource) in model)
        {
            Assert.Same(resource, tree.Find(name));
        }

        Assert.Null(tree.Find(""));
        Assert.Null(tree.Find(Name(1) + "\0"));
        Assert.Null(tree.Find("￿"));
    }

    private static string Name(int number) => $"name-{number}";
}
