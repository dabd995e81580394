using System.Text;
using CsCheck;
using Mesh.Stores.Indexing;

namespace Mesh.Stores.Tests.Indexing;

public sealed class NameOrderTests
{
    private static readonly string[] _beginnings = ["", "a", "backend-", "backend-of-the-shop-", "backend\0", "bäckend-", "名前-", "ÿÿÿÿÿÿÿÿ", "\uffee", "\ue000", "🕸", "🕸🕷"];

    // Few different names, so that many are the same, and long ones that differ late.
    private static readonly Gen<string> _name = Gen.Select(
        Gen.Int[0, _beginnings.Length - 1].Select(i => _beginnings[i]),
        Gen.OneOf(Gen.Int[0, 30].Select(i => $"{i}"), Gen.String[Gen.Char['\0', '\u0101'], 0, 3], Gen.Const(new string('x', 20))),
        (one, other) => one + other);

    [Fact]
    public void Sort_AnyNames_IsOrdinalAndKeepsTheOrderOfEquals() => Gen.Select(_name.Array[0, 400], Gen.Int[0, 60]).Sample(
        (names, shared) =>
        {
            names = [.. names.Select(name => new string('s', shared) + name)];
            var expected = names.Select((name, place) => (name, place)).OrderBy(pair => pair.name, StringComparer.Ordinal).ToArray();
            var places = Enumerable.Range(0, names.Length).ToArray();

            var repeats = NameOrder.Sort(places, place => Encoding.UTF8.GetBytes(names[place]));

            Assert.Equal(expected, places.Select(place => (names[place], place)));
            Assert.Equal(places.Select((place, i) => i > 0 && names[place] == names[places[i - 1]]), repeats);
        },
        iter: 500);

    [Theory]
    [InlineData(50_000, "service-0")]
    [InlineData(20_000, "service-0")]
    [InlineData(20_000, "größe")]
    [InlineData(20_000, "a-much-longer-name-than-the-others")]
    public void Sort_ManyNumberedNames_IsOrdinalAndKeepsTheOrderOfEquals(int different, string last)
    {
        var names = Enumerable.Range(0, 50_000).Select(i => $"service-{i * 7919 % different}").Append(last).ToArray();
        var expected = names.Select((name, place) => (name, place)).OrderBy(pair => pair.name, StringComparer.Ordinal).ToArray();
        var stored = names.Select(Encoding.UTF8.GetBytes).ToArray();
        var places = Enumerable.Range(0, names.Length).ToArray();

        var repeats = NameOrder.Sort(places, place => stored[place]);

        Assert.Equal(expected, places.Select(place => (names[place], place)));
        Assert.Equal(names.Length - names.Distinct().Count(), repeats.Count(isRepeat => isRepeat));
    }
}
