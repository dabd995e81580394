using System.Text;
using Mesh.Engine.Feeds;

namespace Mesh.Engine.Tests.Feeds;

public sealed class ResourceFeedTests
{
    [Fact]
    public void Put_EqualState_IsNoChange()
    {
        var fixture = FeedFixture.Loaded("a");
        var reader = fixture.Open("z");
        Assert.False(fixture.Put("a"));
        Assert.True(fixture.Put("a", exceptFor: "y"));
        Assert.False(fixture.Put("a", exceptFor: "y"));
        Assert.Equal(1, reader.Wakes);
    }

    [Fact]
    public void Put_SeveralTimes_IsReadOnceAndNewest()
    {
        var fixture = FeedFixture.Loaded("a", "b");
        var reader = fixture.Open("z");
        Assert.Equal("a=1 b=1", reader.Read());
        fixture.Put("a", "2");
        fixture.Put("b", "2");
        fixture.Put("a", "3");
        Assert.Equal("b=2 a=3", reader.Read());
        Assert.Equal("", reader.Read());
    }

    [Fact]
    public void Put_TheMessageTypeOfItsType_IsInTheStoredForm()
    {
        var fixture = FeedFixture.Loaded();
        using var stored = fixture.Engine.Intern(fixture.Type, "a", "1"u8);
        Assert.Contains("type.googleapis.com/test.Envelope", Encoding.UTF8.GetString(fixture.Engine.StateField(stored.Ref)), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_OfWhatIsNotThere_IsNoChange()
    {
        var fixture = FeedFixture.Loaded("a");
        Assert.False(fixture.Remove("b"));
        Assert.True(fixture.Remove("a"));
        Assert.False(fixture.Remove("a"));
        Assert.False(fixture.Remove(new string('x', ResourceEngine.MaxNameLength + 1)));
    }

    [Fact]
    public void Remove_IsKeptUntilEveryReaderPassedIt()
    {
        var fixture = FeedFixture.Loaded("a");
        var quick = fixture.Open("y");
        var slow = fixture.Open("z");
        quick.Read();
        slow.Read();
        fixture.Remove("a");
        Assert.Equal("-a", quick.Read());
        Assert.Equal(1, fixture.Feed.Counts.Tombstones);
        Assert.Equal("-a", slow.Read());
        Assert.Equal(0, fixture.Feed.Counts.Tombstones);
    }

    [Fact]
    public void Remove_WithoutReaders_LeavesNothing()
    {
        var fixture = FeedFixture.Loaded("a", "b");
        fixture.Remove("a");
        fixture.Remove("b");
        Assert.Equal(new FeedCounts(0, 0, 0, 4), fixture.Feed.Counts);
        Assert.Equal((0, 0), (fixture.Engine.Counts.Resources, fixture.Engine.Counts.Names));
    }

    [Fact]
    public void Remove_ReaderThatLeft_HoldsNothingBack()
    {
        var fixture = FeedFixture.Loaded("a");
        var reader = fixture.Open("z");
        reader.Read();
        fixture.Remove("a");
        reader.Reader.Dispose();
        Assert.Equal(new FeedCounts(0, 0, 0, 2), fixture.Feed.Counts);
    }

    [Fact]
    public void Remove_MoreThanAreKept_LapsesWhoSleptThroughThem()
    {
        var fixture = new FeedFixture(maxTombstones: 2);
        fixture.Feed.Complete();
        var sleeper = fixture.Open("y");
        var reader = fixture.Open("z");
        for (var i = 0; i < 3; i++)
        {
            fixture.Put($"n{i}");
            fixture.Remove($"n{i}");
            reader.Read();
        }

        Assert.True(sleeper.Reader.HasLapsed);
        Assert.False(reader.Reader.HasLapsed);
        Assert.Equal(2, fixture.Feed.Counts.Tombstones);
    }

    [Fact]
    public void Open_BeforeComplete_CannotReadAndIsWokenByIt()
    {
        var fixture = new FeedFixture();
        var listener = new FeedFixture.Listener(fixture);
        var reader = fixture.Feed.Open("z", listener);
        fixture.Put("a");
        Assert.Throws<InvalidOperationException>(() => reader.Subscribe(fixture.Type));
        Assert.Equal(0, listener.Wakes);
        fixture.Feed.Complete();
        Assert.True(reader.IsReady);
        Assert.Equal(1, listener.Wakes);
    }

    [Fact]
    public void Put_UnseenOrUnsubscribed_WakesNobody()
    {
        var fixture = FeedFixture.Loaded();
        var other = fixture.Engine.Types.Register("Other");
        var reader = fixture.Open("z");
        fixture.Put("a", exceptFor: "z");
        fixture.Put("a", "2", exceptFor: "z");
        fixture.Remove("a");
        fixture.Feed.Put(other, "a", "1"u8);
        Assert.Equal(0, reader.Wakes);
        Assert.Equal(0, fixture.Feed.Counts.Tombstones);
    }

    [Fact]
    public void Changes_OfManyNames_AreReadInOrderThroughEveryCompaction()
    {
        var fixture = FeedFixture.Loaded();
        var reader = fixture.Open("z");
        var seen = new Dictionary<string, string>();
        for (var round = 0; round < 200; round++)
        {
            for (var i = 0; i < 7; i++)
            {
                fixture.Put($"n{(round * 7 + i * 3) % 40}", $"{round}.{i}");
            }

            foreach (var word in reader.Read(budget: 200).Split(' ').Where(w => w.Contains('=', StringComparison.Ordinal)))
            {
                seen[word.Split('=')[0]] = word.Split('=')[1];
            }
        }

        while (reader.Read(budget: 200) is { Length: > 0 } rest)
        {
            foreach (var word in rest.Split(' ').Where(w => w.Contains('=', StringComparison.Ordinal)))
            {
                seen[word.Split('=')[0]] = word.Split('=')[1];
            }
        }

        var fresh = fixture.Open("y");
        Assert.Equal(string.Join(' ', fresh.Read().Split(' ').Order(StringComparer.Ordinal)), string.Join(' ', seen.Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Change_WithReaders_AllocatesNothing()
    {
        var fixture = FeedFixture.Loaded([.. Enumerable.Range(0, 500).Select(i => $"n{i}")]);
        var readers = Enumerable.Range(0, 20).Select(i => fixture.Open($"z{i}")).ToList();
        var batch = new FeedBatch();
        byte[][] contents = ["1"u8.ToArray(), "2"u8.ToArray(), "3"u8.ToArray()];
        var positions = new long[readers.Count];
        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                fixture.Feed.Put(fixture.Type, "n7", contents[i % 3], i % 2 == 0 ? "z3" : null);
                for (var r = 0; r < readers.Count; r++)
                {
                    positions[r] = readers[r].Reader.Read(fixture.Type, positions[r], long.MaxValue, 1 << 20, batch);
                    readers[r].Reader.Pass(fixture.Type, positions[r]);
                }
            }
        }

        Run(3000);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Run(300);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [Fact]
    public async Task OneWriterManyReaders_Concurrent_EachEndsWithTheNewestStateAndNothingIsLeft()
    {
        var fixture = FeedFixture.Loaded();
        var stop = false;
        var readers = Enumerable.Range(0, 3).Select(i => fixture.Open($"z{i}")).ToList();
        var states = readers.Select(_ => new Dictionary<string, string>()).ToList();
        var reading = readers.Select((reader, i) => Task.Run(() =>
        {
            while (true)
            {
                var last = Volatile.Read(ref stop);
                var words = reader.Read(budget: 300);
                foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w != "..."))
                {
                    if (word[0] == '-')
                    {
                        states[i].Remove(word[1..]);
                    }
                    else
                    {
                        states[i][word.Split('=')[0]] = word.Split('=')[1];
                    }
                }

                if (last && words.Length == 0)
                {
                    return;
                }
            }
        })).ToArray();
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var name = $"n{random.Next(50)}";
            if (random.Next(4) == 0)
            {
                fixture.Remove(name);
            }
            else
            {
                fixture.Put(name, $"{i}", random.Next(3) == 0 ? $"z{random.Next(3)}" : null);
            }
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(reading);
        for (var i = 0; i < readers.Count; i++)
        {
            var fresh = fixture.Open($"z{i}");
            Assert.Equal(
                fresh.Read().Split(' ').Order(StringComparer.Ordinal),
                states[i].Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal));
            fresh.Reader.Dispose();
            readers[i].Reader.Dispose();
        }

        Assert.Equal(0, fixture.Feed.Counts.Tombstones);
        Assert.Equal(fixture.Feed.Counts.Resources, fixture.Engine.Counts.Resources);
        Assert.Equal(fixture.Feed.Counts.Resources, fixture.Engine.Counts.Names);
    }
}
