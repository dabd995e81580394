using Mesh.Engine.Symbols;

namespace Mesh.Engine.Tests;

public sealed class SymbolTableTests
{
    private readonly SymbolTable _symbols = new();

    [Fact]
    public void Acquire_EqualNames_EqualSymbols()
    {
        Assert.Equal(_symbols.Acquire("a"), _symbols.Acquire("a"u8));
        Assert.NotEqual(_symbols.Acquire("a"), _symbols.Acquire("b"));
    }

    [Fact]
    public void Release_LastReference_ForgetsTheName()
    {
        var symbol = _symbols.Acquire("a");
        _symbols.AddReference(symbol);
        _symbols.Release(symbol);
        Assert.True(_symbols.TryFind("a"u8, out _));
        _symbols.Release(symbol);
        Assert.False(_symbols.TryFind("a"u8, out _));
        Assert.Equal(0, _symbols.Count);
    }

    [Fact]
    public void Acquire_ManyNames_AllAreFoundAndNamed()
    {
        var symbols = Enumerable.Range(0, 5000).Select(i => _symbols.Acquire($"name-{i}")).ToArray();
        Assert.Equal(5000, symbols.Distinct().Count());
        for (var i = 0; i < symbols.Length; i++)
        {
            Assert.Equal($"name-{i}", _symbols.Text(symbols[i]));
        }

        foreach (var symbol in symbols)
        {
            _symbols.Release(symbol);
        }

        Assert.Equal(0, _symbols.Count);
        Assert.Equal("again", _symbols.Text(_symbols.Acquire("again")));
    }

    [Fact]
    public void Acquire_FromManyThreads_CountsStayTrue()
    {
        Parallel.For(0, 8, seed =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 5000; i++)
            {
                var name = $"n{random.Next(50)}";
                var symbol = _symbols.Acquire(name);
                Assert.Equal(name, _symbols.Text(symbol));
                _symbols.Release(symbol);
            }
        });
        Assert.Equal(0, _symbols.Count);
    }
}
