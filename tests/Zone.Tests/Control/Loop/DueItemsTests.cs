using Mesh.Zone.Control.Loop;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Control.Loop;

public sealed class DueItemsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<string> _due = [];

    [Fact]
    public void Set_AtTimes_AreDueInTheirOrderAndOnce()
    {
        using var items = new DueItems<string>(_clock, _due.Add);
        items.Set("late", In(20));
        items.Set("early", In(10));
        items.Set("past", In(-5));
        Assert.Equal(["past"], _due);
        Pass(9);
        Assert.Equal(["past"], _due);
        Pass(1);
        Assert.Equal(["past", "early"], _due);
        Pass(100);
        Assert.Equal(["past", "early", "late"], _due);
    }

    [Fact]
    public void Set_Again_HoldsInPlaceOfWhatWasSaid()
    {
        using var items = new DueItems<string>(_clock, _due.Add);
        items.Set("later", In(10));
        items.Set("later", In(30));
        items.Set("never", In(10));
        items.Set("never", null);
        items.Set("earlier", In(40));
        items.Set("earlier", In(20));
        Pass(19);
        Assert.Empty(_due);
        Pass(1);
        Assert.Equal(["earlier"], _due);
        Pass(100);
        Assert.Equal(["earlier", "later"], _due);
    }

    [Fact]
    public void SetNoLater_ThanWhatIsSaid_HoldsTheEarlierTime()
    {
        using var items = new DueItems<string>(_clock, _due.Add);
        items.SetNoLater("a", In(10));
        items.SetNoLater("a", In(20));
        items.SetNoLater("b", In(20));
        items.SetNoLater("b", In(10));
        Pass(10);
        Assert.Equal(["a", "b"], _due.Order());
        Pass(100);
        Assert.Equal(2, _due.Count);
    }

    [Fact]
    public void Set_WhileItIsDue_IsDueAgain()
    {
        DueItems<string>? items = null;
        using var owner = items = new DueItems<string>(_clock, item =>
        {
            _due.Add(item);
            items!.Set(item, In(10));
        });
        items.Set("a", In(10));
        Pass(10);
        Pass(10);
        Pass(9);
        Assert.Equal(["a", "a"], _due);
    }

    [Fact]
    public void Dispose_Forgets()
    {
        var items = new DueItems<string>(_clock, _due.Add);
        items.Set("a", In(10));
        items.Dispose();
        items.Set("b", In(10));
        items.SetNoLater("c", In(10));
        Pass(100);
        Assert.Empty(_due);
    }

    /// <summary>Against the plainest form of it: a table that is looked through at every second.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Items_SetAtRandom_AreDueAsInATable(int seed)
    {
        var random = new Random(seed);
        var table = new Dictionary<string, DateTimeOffset>();
        var expected = new List<(DateTimeOffset, string)>();
        var seen = new List<(DateTimeOffset, string)>();
        using var items = new DueItems<string>(_clock, item => seen.Add((_clock.GetUtcNow(), item)));
        for (var step = 0; step < 3000; step++)
        {
            var item = $"{random.Next(40)}";
            var at = In(random.Next(1, 60));
            switch (random.Next(5))
            {
                case 0:
                    items.Set(item, null);
                    table.Remove(item);
                    break;
                case 1 or 2:
                    items.Set(item, at);
                    table[item] = at;
                    break;
                case 3:
                    items.SetNoLater(item, at);
                    table[item] = table.TryGetValue(item, out var known) && known < at ? known : at;
                    break;
                default:
                    Pass(1);
                    foreach (var (name, _) in table.Where(entry => entry.Value <= _clock.GetUtcNow()).ToList())
                    {
                        expected.Add((_clock.GetUtcNow(), name));
                        table.Remove(name);
                    }

                    break;
            }
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), seen.Order());
    }

    private DateTimeOffset In(int seconds) => _clock.GetUtcNow().AddSeconds(seconds);

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
