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

    /// <summary>One list or two layers, before and after: what is read, found and told apart is the same.</summary>
    [Fact]
    public void Diff_OfLayers_IsThatOfTheWholeLists() => Gen.Select(View, View, View, View).Sample(
        (sharedBefore, ownBefore, sharedAfter, ownAfter) =>
        {
            using var before = Build(sharedBefore, ownBefore);
            using var after = Build(sharedAfter, ownAfter);
            using var flatBefore = Build(Over(sharedBefore, ownBefore));
            using var flatAfter = Build(Over(sharedAfter, ownAfter));
            Assert.Equal(Contents(flatAfter[_type]), Contents(after[_type]));
            Assert.Equal(flatAfter.Version, after.Version);
            Assert.Equal(flatAfter.ResourceCount, after.ResourceCount);
            var walked = after[_type]?.Select(entry => entry.Name.Value).ToList() ?? [];
            Assert.Equal(walked.Order(), walked);
            Assert.All(Contents(flatAfter[_type]), pair => Assert.Equal(pair.Value, after[_type]!.Find(pair.Key)));
            var expected = Changes(new SliceDiff(flatBefore[_type], flatAfter[_type]));
            Assert.Equal(expected, Changes(new SliceDiff(before[_type], after[_type])));
            Assert.Equal(expected, Changes(new SliceDiff(flatBefore[_type], after[_type])));
            Assert.Equal(expected, Changes(new SliceDiff(before[_type], flatAfter[_type])));
        },
        threads: 1);

    [Fact]
    public void Layer_OfTheSameTwo_IsTheSameSliceAndGoesWithTheLast()
    {
        var counts = _engine.Counts;
        using (var shared = Build(Enumerable.Range(0, 500).ToDictionary(i => i, _ => 0)))
        using (var own = Build(Enumerable.Range(1000, 2).ToDictionary(i => i, _ => 0)))
        {
            using var one = _engine.Layer(shared, own);
            var slices = _engine.Counts.Slices;
            using var other = _engine.Layer(shared, own);
            Assert.Same(one[_type], other[_type]);
            Assert.True(one.HasSameResources(other));
            Assert.Equal(slices, _engine.Counts.Slices);
            Assert.Equal(502, one.ResourceCount);

            // Two layers are all there are: over them something lies as in one list.
            using var third = Build(new Dictionary<int, int> { [2000] = 0 });
            using var over = _engine.Layer(one, third);
            Assert.Equal(503, over.ResourceCount);
        }

        Assert.Equal(counts, _engine.Counts);
    }

    [Fact]
    public void Layer_KnowingTheLast_IsItWhereBothAreWhatTheyWere()
    {
        var counts = _engine.Counts;
        using (var shared = Build(new Dictionary<int, int> { [1] = 0, [2] = 0 }))
        using (var changed = Build(new Dictionary<int, int> { [1] = 0, [2] = 1 }))
        using (var own = Build(new Dictionary<int, int> { [10] = 0 }))
        using (var replaced = Build(new Dictionary<int, int> { [10] = 1 }))
        using (var overlapping = Build(new Dictionary<int, int> { [2] = 7 }))
        {
            var before = _engine.Layer(shared, own);
            using var same = _engine.Layer(shared, own, before);
            using var below = _engine.Layer(changed, own, before);
            using var above = _engine.Layer(shared, replaced, before);
            using var flat = _engine.Layer(shared, overlapping, before);
            using var flatAgain = _engine.Layer(shared, overlapping, flat);
            Assert.Same(before[_type], same[_type]);
            before.Dispose();

            AssertHolds(same, shared, own);
            AssertHolds(below, changed, own);
            AssertHolds(above, shared, replaced);
            AssertHolds(flat, shared, overlapping);
            Assert.True(flat.HasSameResources(flatAgain));
        }

        Assert.Equal(counts, _engine.Counts);
    }

    [Fact]
    public void Layers_ChangedAndUnited_AreAsOneList() => Gen.Select(View, View, View).Sample(
        (shared, own, changes) =>
        {
            using var layered = Build(shared, own);
            using var flat = Build(Over(shared, own));
            using var other = Build(changes);
            using var builder = _engine.BeginSnapshot().CarryOver(layered);
            foreach (var (name, content) in changes)
            {
                builder.Add(_type, $"n{name}", [(byte)content]);
            }

            using var changed = builder.Build();
            using var expectedChange = Build(Over(Over(shared, own), changes));
            Assert.Equal(Contents(expectedChange[_type]), Contents(changed[_type]));
            if (layered[_type] is { } newer && other[_type] is { } older)
            {
                var union = _engine.Union(older, newer);
                var expected = _engine.Union(older, flat[_type]!);
                Assert.Equal(Contents(expected), Contents(union));
                _engine.Release(union);
                _engine.Release(expected);
            }
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

    private static List<(Symbol, ResourceRef, ResourceRef)> Changes(SliceDiff diff)
    {
        var changes = new List<(Symbol, ResourceRef, ResourceRef)>();
        while (diff.MoveNext())
        {
            changes.Add((diff.Name, diff.Before, diff.Now));
        }

        return changes;
    }

    private static Dictionary<int, int> Over(Dictionary<int, int> shared, Dictionary<int, int> own)
    {
        var all = new Dictionary<int, int>(shared);
        foreach (var (name, content) in own)
        {
            all[name] = content;
        }

        return all;
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

    private void AssertHolds(ProxySnapshot layered, ProxySnapshot shared, ProxySnapshot own)
    {
        var expected = Contents(shared[_type]);
        foreach (var (name, resource) in Contents(own[_type]))
        {
            expected[name] = resource;
        }

        Assert.Equal(expected, Contents(layered[_type]));
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

    private ProxySnapshot Build(Dictionary<int, int> shared, Dictionary<int, int> own)
    {
        using var below = Build(shared);
        using var above = Build(own);
        return _engine.Layer(below, above);
    }
}
