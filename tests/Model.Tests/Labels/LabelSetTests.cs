using CsCheck;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Labels;

public sealed class LabelSetTests
{
    private static readonly Gen<KeyValuePair<string, string>[]> _pairs = Gen.OneOf(
        Gen.Select(Gen.String[Gen.Char["abAB.-/é"], 0, 3], Gen.String[0, 2], KeyValuePair.Create).Array[0, 12],
        Gen.Select(Gen.Int[0, 99].Select(i => $"key-{i}"), Gen.String[0, 2], KeyValuePair.Create).Array[30, 90]);

    private static readonly Gen<string> _keys = Gen.OneOf(Gen.String[Gen.Char["abAB.-/é"], 0, 3], Gen.Int[0, 99].Select(i => $"key-{i}"));

    [Fact]
    public void Of_AnyPairs_IsTheSortedDictionaryOfThem() => _pairs.Sample(pairs =>
    {
        var expected = Model(pairs);
        var labels = LabelSet.Of(pairs);

        Assert.Equal(expected, labels);
        Assert.Equal(expected.Keys, labels.Keys);
        Assert.Equal(expected.Values, labels.Values);
        Assert.Equal(expected.Count, labels.Count);
        Assert.Equal(labels, LabelSet.Of(expected));
        Assert.Equal(labels.GetHashCode(), LabelSet.Of(expected).GetHashCode());
    });

    [Fact]
    public void TryGetValue_AnyKey_FindsWhatADictionaryFinds() => Gen.Select(_pairs, _keys).Sample((pairs, key) =>
    {
        var expected = Model(pairs);
        var labels = LabelSet.Of(pairs);

        Assert.Equal(expected.TryGetValue(key, out var value), labels.TryGetValue(key, out var found));
        Assert.Equal(value, found);
        Assert.Equal(expected.ContainsKey(key), labels.ContainsKey(key));
        Assert.All(expected, pair => Assert.Equal(pair.Value, labels[pair.Key]));
    });

    [Fact]
    public void With_AnyKeyAndValue_ChangesThatLabelAlone() => Gen.Select(_pairs, _keys, Gen.String[0, 2].Null()).Sample((pairs, key, value) =>
    {
        var before = LabelSet.Of(pairs);
        var expected = Model(pairs);
        expected.Remove(key);
        if (value is not null)
        {
            expected.Add(key, value);
        }

        var after = before.With(key, value);

        Assert.Equal(expected, after);
        Assert.Equal(Model(pairs), before);
        Assert.Equal(expected.Count == before.Count && before.Satisfies(after), after.Equals(before));
    });

    [Fact]
    public void Satisfies_AnySelector_IsTrueWhenEachPairIsThere() => Gen.Select(_pairs, _pairs).Sample((pairs, others) =>
    {
        var labels = LabelSet.Of(pairs);
        var selector = Model(others);
        var expected = selector.All(pair => Model(pairs).TryGetValue(pair.Key, out var value) && value == pair.Value);

        Assert.Equal(expected, labels.Satisfies(selector));
        Assert.Equal(expected, labels.Satisfies(LabelSet.Of(selector)));
        Assert.True(labels.Satisfies(labels));
        Assert.True(labels.Satisfies(LabelSet.Empty));
    });

    [Fact]
    public void Lookup_PresentAndAbsent_AllocatesNothing()
    {
        var labels = LabelSet.Of(Enumerable.Range(0, 8).Select(i => KeyValuePair.Create($"key-{i}", "x")).ToArray());
        var selector = LabelSet.Of(KeyValuePair.Create("key-3", "x"));
        var found = Look(labels, selector);

        var before = GC.GetAllocatedBytesForCurrentThread();
        found += Look(labels, selector);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(8, found);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Labels_OfResourceGivenAsDictionary_AreALabelSetAndEqualByContent()
    {
        var one = NewResource(new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });
        var other = one with { Labels = new SortedDictionary<string, string> { ["a"] = "1", ["b"] = "2" } };

        Assert.IsType<LabelSet>(one.Labels);
        Assert.Equal(["a", "b"], one.Labels.Keys);
        Assert.Equal(one, other);
        Assert.Same(one.Labels, (one with { Name = "other" }).Labels);
    }

    private static int Look(LabelSet labels, LabelSet selector)
    {
        var found = labels.TryGetValue("key-7", out _) ? 1 : 0;
        found += labels.ContainsKey("absent") ? 0 : 1;
        found += labels.Satisfies(selector) ? 1 : 0;
        foreach (var (key, _) in labels.AsSpan())
        {
            found += key == "key-0" ? 1 : 0;
        }

        return found;
    }

    private static Resource NewResource(IReadOnlyDictionary<string, string> labels)
    {
        var kind = MeshCatalog.Create()["MeshService"];
        return new Resource { Descriptor = kind, Name = "a", Mesh = "default", Spec = new Mesh.Model.Kinds.MeshServiceSpec(), Labels = labels };
    }

    private static SortedDictionary<string, string> Model(KeyValuePair<string, string>[] pairs)
    {
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            model[key] = value;
        }

        return model;
    }
}
