using CsCheck;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Tests;

public sealed class SliceDiffTests
{
    private readonly ResourceEngine _engine = new();
    private readonly ResourceType _type;

    public SliceDiffTests() => _type = _engine.Types.Register("type.googleapis.com/test.Thing");

    private static Gen<Dictionary<int, int>> View { get; } = Gen.Dictionary(Gen.Int[0, 40], Gen.Int[0, 2])[0, 40];

    [Fact]
    public void Diff_Applied_GivesTheTarget() => Gen.Select(View, View).Sample(
        (from, to) =>
        {
            using var before = Build(from);
            using var after = Build(to);
            var state = Contents(before[_type]);
            var diff = new SliceDiff(before[_type], after[_type]);
            while (diff.MoveNext())
            {
                Assert.Equal(state.GetValueOrDefault(diff.Name), diff.Before);
                Assert.NotEqual(diff.Before, diff.Now);
                state.Remove(diff.Name);
                if (!diff.Now.IsNone)
                {
                    state[diff.Name] = diff.Now;
                }
            }

            Assert.Equal(Contents(after[_type]), state);
        },
        threads: 1);

    [Fact]
    public void Diff_SkipThrough_GivesTheRest() => Gen.Select(View, View, Gen.Int[0, 40]).Sample(
        (from, to, at) =>
        {
            using var before = Build(from);
            using var after = Build(to);
            var all = Names(new SliceDiff(before[_type], after[_type]));
            var skipped = new SliceDiff(before[_type], after[_type]);
            skipped.SkipThrough(new Symbol(at));
            Assert.Equal(all.Where(n => n.Value > at), Names(skipped));
        },
        threads: 1);

    [Fact]
    public void Diff_LargeSlices_AllocatesNothing()
    {
        using var before = Build(Enumerable.Range(0, 5000).ToDictionary(i => i, _ => 0));
        using var after = Build(Enumerable.Range(10, 5000).ToDictionary(i => i, i => i == 2500 ? 1 : 0));
        Count(before, after);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var count = Count(before, after);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal(21, count);
    }

    private int Count(ProxySnapshot before, ProxySnapshot after)
    {
        var diff = new SliceDiff(before[_type], after[_type]);
        var count = 0;
        while (diff.MoveNext())
        {
            count++;
        }

        return count;
    }

    private static List<Symbol> Names(SliceDiff diff)
    {
        var names = new List<Symbol>();
        while (diff.MoveNext())
        {
            names.Add(diff.Name);
        }

        return names;
    }

    private static Dictionary<Symbol, ResourceRef> Contents(ResourceSlice? slice)
    {
        var contents = new Dictionary<Symbol, ResourceRef>();
        foreach (var (name, resource) in slice ?? Enumerable.Empty<SliceEntry>())
        {
            contents.Add(name, resource);
        }

        return contents;
    }

    private ProxySnapshot Build(Dictionary<int, int> view)
    {
        using var builder = _engine.BeginSnapshot();
        foreach (var (name, content) in view)
        {
            builder.Add(_type, $"n{name}", [(byte)content]);
        }

        return builder.Build();
    }
}
