using Mesh.Engine;
using Mesh.Engine.Symbols;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Maps of deviating names go from channel to channel: none may bring anything along.</summary>
public sealed class DeviationsTests
{
    private readonly SymbolTable _symbols = new ResourceEngine().Symbols;

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public void Names_RemovedWhileTheyAreWalked_AreAllSeenAndGivenBack(int count)
    {
        var deviations = new Deviations(_symbols);
        deviations.Expect(count);
        Add(deviations, count);
        var seen = 0;
        foreach (var (name, _) in deviations)
        {
            seen++;
            deviations.Remove(name);
            // Whoever takes a map meanwhile gets another one.
            Add(new Deviations(_symbols), 1);
        }

        Assert.Equal((count, 0), (seen, deviations.Count));
        deviations.Rest();
        Assert.Equal(1, _symbols.Count);
    }

    [Fact]
    public void Map_GivenBackByOneChannel_IsEmptyForTheNext()
    {
        var first = new Deviations(_symbols);
        Add(first, 5);
        first.Clear();
        var second = new Deviations(_symbols);
        Add(second, 1);
        Assert.Equal((0, 1), (first.Count, second.Count));
        first.Rest();
        first.Clear();
        Add(first, 2);
        Assert.Equal((2, 1), (first.Count, second.Count));
        first.Clear();
        second.Clear();
        Assert.Equal(0, _symbols.Count);
    }

    [Fact]
    public void Rest_WithNamesLeft_KeepsThem()
    {
        var deviations = new Deviations(_symbols);
        Add(deviations, 2);
        deviations.Rest();
        Assert.Equal(2, deviations.Count);
    }

    private void Add(Deviations deviations, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var name = _symbols.Acquire($"name-{i}");
            deviations.GetOrAdd(name, out var existed).Asked = true;
            Assert.False(existed);
            _symbols.Release(name);
        }
    }
}
