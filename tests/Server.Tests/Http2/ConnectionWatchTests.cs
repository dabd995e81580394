using Mesh.Server.Ads.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Http2;

/// <summary>Who is looked at when.</summary>
public sealed class ConnectionWatchTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionWatch _watch;

    public ConnectionWatchTests() => _watch = new ConnectionWatch(_clock);

    [Fact]
    public void Take_SomebodyNew_IsDueInTheNextSecond()
    {
        var watched = Added();
        Assert.Empty(Taken());
        _clock.Advance(_second);
        Assert.Equal([watched], Taken());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1.2, 2)]
    [InlineData(30, 30)]
    [InlineData(63, 63)]
    // The wheel is no larger: once more on the way.
    [InlineData(600, 63)]
    public void Return_WithARest_IsDueWhenThatIsOver(double rest, int seconds)
    {
        var watched = Added();
        Pass(1);
        _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.FromSeconds(rest));
        for (var second = 1; second < seconds; second++)
        {
            Assert.Empty(Pass(1));
        }

        Assert.Equal([watched], Pass(1));
    }

    [Fact]
    public void Return_LongAfterTheLook_IsDueWhenTheRestIsOver()
    {
        var watched = Added();
        Pass(1);
        var now = _clock.GetTimestamp();
        Assert.Empty(Pass(2));
        _watch.Return(watched, now, TimeSpan.FromSeconds(3));
        Assert.Equal([watched], Pass(1));
    }

    [Fact]
    public void Hasten_WhoWaits_IsDueInTheNextSecond()
    {
        var watched = Resting(30);
        _watch.Hasten(watched);
        Assert.Equal([watched], Pass(1));
    }

    [Fact]
    public void Hasten_WhoIsBeingLookedAt_IsDueInTheNextSecondWhateverItSays()
    {
        var watched = Added();
        Pass(1);
        _watch.Hasten(watched);
        _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.FromSeconds(30));
        Assert.Equal([watched], Pass(1));
        // Once.
        _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.FromSeconds(30));
        Assert.Empty(Pass(29));
    }

    [Fact]
    public void Remove_WhoWaitsOrIsBeingLookedAt_IsNeverDueAgain()
    {
        var (waits, taken) = (Resting(2), Added());
        Assert.Equal([taken], Pass(1));
        Assert.Equal(1, _watch.Remove(waits));
        Assert.Equal(0, _watch.Remove(taken));
        Assert.Equal(0, _watch.Remove(taken));
        _watch.Return(taken, _clock.GetTimestamp(), _second);
        _watch.Hasten(waits);
        Assert.Empty(Pass(200));
        Assert.Empty(_watch.All());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Take_AnyOrderOfEvents_FindsEverybodyWhenTheyAreDueAndNobodyTwice(int seed)
    {
        var random = new Random(seed);
        var dueAt = new Dictionary<Watched, long>();
        var taken = new List<IWatched>();
        long now = 0;
        for (var step = 0; step < 5000; step++)
        {
            var known = dueAt.Keys.ToArray();
            var some = known.Length > 0 ? known[random.Next(known.Length)] : null;
            switch (random.Next(5))
            {
                case 0:
                    dueAt.Add(Added(), now + 1);
                    break;
                case 1 when some is not null:
                    dueAt.Remove(some);
                    _watch.Remove(some);
                    break;
                case 2 when some is not null:
                    dueAt[some] = Math.Min(dueAt[some], now + 1);
                    _watch.Hasten(some);
                    break;
                case 3:
                    // Now and then the sweep comes late, by nearly as much as the wheel has.
                    var seconds = random.Next(10) == 0 ? random.Next(63) : random.Next(3);
                    now += seconds;
                    taken.AddRange(Pass(seconds));
                    Assert.Equal(dueAt.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToHashSet<IWatched>(), taken.ToHashSet());
                    foreach (Watched watched in taken)
                    {
                        var rest = random.Next(100);
                        dueAt[watched] = now + Math.Clamp(rest, 1, 63);
                        _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.FromSeconds(rest));
                    }

                    taken.Clear();
                    break;
            }

            Assert.Equal(dueAt.Count, _watch.Count);
            Assert.Equal(dueAt.Keys.ToHashSet<IWatched>(), [.. _watch.All()]);
        }
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5000)]
    public void Take_LongAfterEverybodyWasDue_FindsThemByTheNextSecond(int seconds)
    {
        var all = Enumerable.Range(0, 60).Select(_ => Added()).ToHashSet<IWatched>();
        var rest = 0;
        Pass(1).ForEach(watched => _watch.Return(watched, _clock.GetTimestamp(), rest++ * _second));
        _clock.Advance(seconds * _second);
        var found = new HashSet<IWatched>();
        for (var i = 0; i < 2; i++)
        {
            var due = Pass(1);
            found.UnionWith(due);
            due.ForEach(watched => _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.FromMinutes(1)));
        }

        Assert.Equal(all, found);
    }

    [Fact]
    public void Take_MoreThanAreWanted_LeavesTheRestForTheNextCall()
    {
        var all = new HashSet<IWatched> { Added(), Added(), Added() };
        _clock.Advance(_second);
        var (first, second) = (new List<IWatched>(), new List<IWatched>());
        Assert.True(_watch.Take(first, 2));
        Assert.Equal(2, first.Count);
        // Who returns is not due again, however little it rests.
        first.ForEach(watched => _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.Zero));
        Assert.False(_watch.Take(second, 2));
        Assert.Equal(all, [.. first, .. second]);
    }

    private Watched Added()
    {
        var watched = new Watched();
        _watch.Add(watched);
        return watched;
    }

    private Watched Resting(int seconds)
    {
        var watched = Added();
        Assert.Equal([watched], Pass(1));
        _watch.Return(watched, _clock.GetTimestamp(), TimeSpan.FromSeconds(seconds));
        return watched;
    }

    private List<IWatched> Pass(int seconds)
    {
        _clock.Advance(seconds * _second);
        return Taken();
    }

    private List<IWatched> Taken()
    {
        var due = new List<IWatched>();
        Assert.False(_watch.Take(due, int.MaxValue));
        return due;
    }

    private sealed class Watched : IWatched
    {
        private WatchPlace _place;

        public ref WatchPlace Place => ref _place;

        public TimeSpan Check(long now) => throw new NotSupportedException("the watch only says who is due");
    }
}
