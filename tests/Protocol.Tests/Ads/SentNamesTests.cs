using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Lists of names are shared while somebody waits with them, and gone afterwards.</summary>
public sealed class SentNamesTests : IDisposable
{
    private readonly SymbolTable _symbols = new ResourceEngine().Symbols;
    private readonly SentNamesTable _table;
    private readonly List<Symbol> _named = [];

    public SentNamesTests() => _table = new SentNamesTable(_symbols);

    [Fact]
    public void Acquire_TheSameTwice_IsOneListUntilBothAreReleased()
    {
        var first = _table.Acquire(Names(1, "a", "b"));
        var second = _table.Acquire(Names(1, "a", "b"));
        Assert.Same(first, second);
        _table.Release(first);
        Assert.Equal(1, _table.Count);
        Assert.Equal(2, second.Span.Length);
        _table.Release(second);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Acquire_OtherVersionsOrNames_IsAnotherList()
    {
        SentNames[] lists =
        [
            _table.Acquire(Names(1, "a", "b")),
            _table.Acquire(Names(2, "a", "b")),
            _table.Acquire(Names(1, "b", "c")),
            _table.Acquire(Names(1, "a", "b", "c")),
            _table.Acquire(Names(1, "a")),
        ];
        Assert.Equal(lists.Length, _table.Count);
        Assert.Equal(lists.Length, lists.Distinct().Count());
        Array.ForEach(lists, _table.Release);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Acquire_AListWithTheHashOfAnother_IsNotShared()
    {
        // The hash takes half of a version.
        var (one, other) = (Names(1, "a", "b"), Names(1, "a", "b"));
        other[1] = other[1] with { Version = new VersionId(((UInt128)1 << 64) + 1) };
        var (first, second, third) = (_table.Acquire(one), _table.Acquire(other), _table.Acquire(other));
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(one, first.Span.ToArray());
        Assert.Equal(other, second.Span.ToArray());
        Assert.Equal(other, third.Span.ToArray());
        _table.Release(second);
        Assert.Same(first, _table.Acquire(one));
        _table.Release(third);
        _table.Release(first);
        _table.Release(first);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Release_OfTheLastReference_ForgetsNames()
    {
        var list = _table.Acquire(Names(1, "a", "b"));
        Forget();
        Assert.Equal(2, _symbols.Count);
        _table.Release(list);
        Assert.Equal(0, _symbols.Count);
    }

    [Fact]
    public void Acquire_AfterAListWasGivenBack_HasNothingOfIt()
    {
        _table.Release(_table.Acquire(Names(1, "a", "b", "c")));
        var names = Names(2, "b");
        var list = _table.Acquire(names);
        Assert.Equal(names, list.Span.ToArray());
        _table.Release(list);
    }

    [Theory]
    [InlineData("a b", "a b", true)]
    [InlineData("a b", "a b c", true)]
    [InlineData("b d", "a b c d e", true)]
    [InlineData("e", "a b c d e", true)]
    [InlineData("a b", "a", false)]
    [InlineData("a b", "a c", false)]
    [InlineData("a c", "b c d", false)]
    [InlineData("b f", "a b c d e", false)]
    public void IsToldAgainBy_EarlierAndLater_IsWhetherAllNamesAreInTheLater(string earlier, string later, bool expected)
    {
        var first = _table.Acquire(Names(1, earlier.Split(' ')));
        var second = _table.Acquire(Names(2, later.Split(' ')));
        Assert.Equal(expected, first.IsToldAgainBy(second));
        _table.Release(first);
        _table.Release(second);
    }

    [Fact]
    public async Task Lists_TakenAndGivenBackByManyAtOnce_AreWhatWasAskedForAndGoneAtTheEnd()
    {
        SentName[][] contents = [Names(1, "a", "b"), Names(2, "a", "b")];
        var threads = Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var held = _table.Acquire(contents[0]);
            for (var i = 1; i < 100_000; i++)
            {
                // The last one is held while others let go of it.
                var next = _table.Acquire(contents[i % 2]);
                if (!held.Span.SequenceEqual(contents[(i - 1) % 2]))
                {
                    return false;
                }

                _table.Release(held);
                held = next;
            }

            _table.Release(held);
            return true;
        }));
        Assert.All(await Task.WhenAll(threads), Assert.True);
        Assert.Equal(0, _table.Count);
    }

    public void Dispose()
    {
        Forget();
        Assert.Equal(0, _symbols.Count);
    }

    /// <summary>Names, all in one version; referenced until <see cref="Forget"/>.</summary>
    private SentName[] Names(int version, params string[] names)
    {
        var symbols = names.Select(name => _symbols.Acquire(name)).ToArray();
        _named.AddRange(symbols);
        return [.. symbols.Select(symbol => new SentName(symbol, new VersionId((UInt128)version)))];
    }

    private void Forget()
    {
        _named.ForEach(_symbols.Release);
        _named.Clear();
    }
}
