using CsCheck;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Tests;

/// <summary>Slices that differ in little share the rest, and are the same objects however they came about.</summary>
public sealed class SliceSharingTests
{
    private readonly ResourceEngine _engine = new();
    private readonly ResourceType _type;

    public SliceSharingTests() => _type = _engine.Types.Register("type.googleapis.com/test.Thing");

    /// <summary>Names far apart and close together: runs that end by themselves and runs that are cut because they grow too long.</summary>
    private static Gen<Dictionary<int, int>> View { get; } =
        Gen.Dictionary(Gen.OneOf(Gen.Int[0, 2000], Gen.Int[0, 60]), Gen.Int[0, 1])[0, 900];

    private static Gen<List<(int Name, int Content)>> Changes { get; } =
        Gen.Select(Gen.OneOf(Gen.Int[0, 2000], Gen.Int[0, 60]), Gen.Int[-1, 1]).List[0, 40];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Change_OfAnEarlierSnapshot_GivesTheSliceBuiltFromNothing(bool withoutBoundaries) => Gen.Select(View, Changes).Sample(
        (view, changes) =>
        {
            var names = Names(withoutBoundaries);
            using var before = Build(view, names);
            var after = new Dictionary<int, int>(view);
            using var builder = _engine.BeginSnapshot().CarryOver(before);
            foreach (var (name, content) in changes)
            {
                if (content < 0)
                {
                    builder.Remove(_type, names(name));
                    after.Remove(name);
                }
                else
                {
                    builder.Add(_type, names(name), [(byte)content]);
                    after[name] = content;
                }
            }

            using var changed = builder.Build();
            using var built = Build(after, names);
            Assert.Same(built[_type], changed[_type]);
            Assert.True(built.HasSameResources(changed));
            Assert.Equal(after.Count, changed[_type]?.Count ?? 0);
            Assert.Equal(Walk(before, after: changed), Differences(view, after, names));
        },
        iter: 300,
        threads: 1);

    [Fact]
    public void Change_OneOfManyEntries_AddsOneChunk()
    {
        using var before = Build(Enumerable.Range(0, 10_000).ToDictionary(i => i, _ => 0), i => $"n{i}");
        var chunks = _engine.Counts.Chunks;
        using var after = _engine.BeginSnapshot().CarryOver(before).Add(_type, "n5000", [1]).Build();
        Assert.Equal(chunks + 1, _engine.Counts.Chunks);
        Assert.InRange(chunks, 100, 220);
    }

    [Fact]
    public void Change_OneOfManyEntries_AllocatesAFractionOfThem()
    {
        using var first = Build(Enumerable.Range(0, 10_000).ToDictionary(i => i, _ => 0), i => $"n{i}");
        using var resource = _engine.Intern(_type, "n5000", [1]);
        using var builder = _engine.BeginSnapshot();
        builder.CarryOver(first).Add(resource).Build().Dispose();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        using var second = builder.CarryOver(first).Add(resource).Build();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.InRange(allocated, 1, 8_000);
    }

    [Fact]
    public void Union_OfTwoSlices_HasTheNewerWhereBothHave() => Gen.Select(View, View).Sample(
        (older, newer) =>
        {
            newer[7] = 1;
            older[9] = 0;
            var names = Names(false);
            using var one = Build(older, names);
            using var two = Build(newer, names);
            var union = _engine.Union(one[_type]!, two[_type]!);
            var all = new Dictionary<int, int>(older);
            foreach (var (name, content) in newer)
            {
                all[name] = content;
            }

            using var built = Build(all, names);
            Assert.Same(built[_type], union);
            _engine.Release(union);
        },
        iter: 100,
        threads: 1);

    [Fact]
    public void Find_EveryName_IsWhatWasAdded()
    {
        var view = Enumerable.Range(0, 1500).Where(i => i % 3 != 0).ToDictionary(i => i, i => i & 1);
        using var snapshot = Build(view, i => $"n{i}");
        foreach (var (name, resource) in snapshot[_type]!)
        {
            Assert.Equal(resource, snapshot[_type]!.Find(name));
        }

        Assert.Equal(ResourceRef.None, snapshot[_type]!.Find(new Symbol(1_000_000)));
        Assert.Equal(ResourceRef.None, snapshot[_type]!.Find(Symbol.None));
        Assert.Equal(view.Count, snapshot[_type]!.Distinct().Count());
    }

    [Fact]
    public void Build_ManyThreads_NothingIsLeftAndNothingLost()
    {
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            var snapshot = Build(Enumerable.Range(0, 400).ToDictionary(i => i, _ => 0), i => $"n{i}");
            for (var round = 0; round < 400; round++)
            {
                using var builder = _engine.BeginSnapshot().CarryOver(snapshot);
                var name = random.Next(400);
                var content = (byte)random.Next(2);
                var next = builder.Add(_type, $"n{name}", [content]).Remove(_type, $"n{random.Next(400, 800)}").Build();
                snapshot.Dispose();
                snapshot = next;
                Assert.True(_engine.Symbols.TryFind(System.Text.Encoding.UTF8.GetBytes($"n{name}"), out var symbol));
                Assert.Equal([content], _engine.Message(snapshot[_type]!.Find(symbol)).ToArray());
            }

            snapshot.Dispose();
        });
        Assert.Equal(new EngineCounts(0, 0, 0, 0, 0, 0), _engine.Counts);
    }

    private List<(Symbol, ResourceRef, ResourceRef)> Walk(ProxySnapshot before, ProxySnapshot after)
    {
        var walked = new List<(Symbol, ResourceRef, ResourceRef)>();
        var diff = new SliceDiff(before[_type], after[_type]);
        while (diff.MoveNext())
        {
            walked.Add((diff.Name, diff.Before, diff.Now));
        }

        return walked;
    }

    private List<(Symbol, ResourceRef, ResourceRef)> Differences(Dictionary<int, int> before, Dictionary<int, int> after, Func<int, string> names)
    {
        var all = new List<(Symbol, ResourceRef, ResourceRef)>();
        foreach (var name in before.Keys.Union(after.Keys))
        {
            var (was, now) = (Ref(before, name, names), Ref(after, name, names));
            if (was != now)
            {
                Assert.True(_engine.Symbols.TryFind(System.Text.Encoding.UTF8.GetBytes(names(name)), out var symbol));
                all.Add((symbol, was, now));
            }
        }

        return [.. all.OrderBy(difference => difference.Item1)];
    }

    private ResourceRef Ref(Dictionary<int, int> view, int name, Func<int, string> names)
    {
        if (!view.TryGetValue(name, out var content))
        {
            return ResourceRef.None;
        }

        using var resource = _engine.Intern(_type, names(name), [(byte)content]);
        return resource.Ref;
    }

    /// <summary>Names whose symbols are held for the life of the test, all or only those at which no chunk begins.</summary>
    private Func<int, string> Names(bool withoutBoundaries)
    {
        var names = new List<string>();
        for (var i = 0; names.Count <= 2000; i++)
        {
            if (!SliceChunk.BeginsAt(_engine.Symbols.Acquire($"n{i}")) || !withoutBoundaries)
            {
                names.Add($"n{i}");
            }
        }

        return i => names[i];
    }

    private ProxySnapshot Build(Dictionary<int, int> view, Func<int, string> names)
    {
        using var builder = _engine.BeginSnapshot();
        foreach (var (name, content) in view)
        {
            builder.Add(_type, names(name), [(byte)content]);
        }

        return builder.Build();
    }
}
