using Mesh.Engine;
using Mesh.Engine.Symbols;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Names are kept in a list while they are few and in a set when they are many: nobody is to notice.</summary>
public sealed class SubscriptionTests
{
    private readonly SymbolTable _symbols = new ResourceEngine().Symbols;
    private readonly List<Symbol> _held = [];

    public static TheoryData<int> Counts => [1, 2, 63, 64, 65, 200];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Names_OfAnyNumber_AreThoseThatWereAdded(int count)
    {
        var subscription = new Subscription(_symbols);
        var names = Names(count);
        Assert.All(names, name => Assert.True(subscription.Add(name)));
        Assert.All(names, name => Assert.False(subscription.Add(name)));
        Assert.Equal(count, subscription.NameCount);
        Assert.Equal(names, Walk(subscription).Order());
        Assert.True(subscription.Remove(names[count / 2]));
        Assert.False(subscription.Remove(names[count / 2]));
        Assert.Equal(names.Except([names[count / 2]]), Walk(subscription).Order());
        Assert.DoesNotContain(Names(1, "other"), subscription.HasName);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Remove_WhileTheNamesAreWalked_LeavesTheOthersToBeSeen(int count)
    {
        var subscription = new Subscription(_symbols);
        subscription.Expect(count);
        var names = Names(count);
        Array.ForEach(names, name => subscription.Add(name));
        var seen = new List<Symbol>();
        foreach (var name in subscription)
        {
            seen.Add(name);
            if (name.Value % 2 == 0)
            {
                subscription.Remove(name);
            }
        }

        Assert.Equal(names, seen.Order());
        Assert.Equal(names.Where(name => name.Value % 2 != 0), Walk(subscription).Order());
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Clear_OfAnyNumber_GivesTheNamesBack(int count)
    {
        var subscription = new Subscription(_symbols);
        Array.ForEach(Names(count), name => subscription.Add(name));
        _held.ForEach(_symbols.Release);
        Assert.Equal(count, _symbols.Count);
        subscription.Clear();
        Assert.Equal((0, 0), (_symbols.Count, subscription.NameCount));
    }

    private static List<Symbol> Walk(Subscription subscription)
    {
        var names = new List<Symbol>();
        foreach (var name in subscription)
        {
            names.Add(name);
        }

        return names;
    }

    private Symbol[] Names(int count, string prefix = "name")
    {
        Symbol[] names = [.. Enumerable.Range(0, count).Select(i => _symbols.Acquire($"{prefix}-{i}"))];
        _held.AddRange(names);
        return names;
    }
}
