namespace Mesh.Engine.Tests.Feeds;

public sealed class FeedReaderTests
{
    [Fact]
    public void Read_HiddenResource_DoesNotExistForItsAudience()
    {
        var fixture = FeedFixture.Loaded("a");
        fixture.Put("b", exceptFor: "z");
        var hidden = fixture.Open("z");
        var other = fixture.Open("y");
        Assert.Equal("a=1", hidden.Read());
        Assert.Equal("a=1 b=1", other.Read());
        Assert.False(hidden.Reader.Sees(fixture.Type, "b"u8));
        Assert.True(other.Reader.Sees(fixture.Type, "b"u8));
    }

    [Fact]
    public void Put_BecomesHidden_IsRemovedForItsAudienceAndOnlyOnce()
    {
        var fixture = FeedFixture.Loaded("a");
        var reader = fixture.Open("z");
        reader.Read();
        fixture.Put("a", exceptFor: "z");
        Assert.Equal(1, reader.Wakes);
        Assert.Equal("-a", reader.Read());
        fixture.Put("a", "2", exceptFor: "z");
        Assert.Equal("", reader.Read());
        fixture.Remove("a");
        Assert.Equal("", reader.Read());
        Assert.Equal(1, reader.Wakes);
    }

    [Fact]
    public void Put_BecomesVisible_IsAddedForTheFormerAndRemovedForTheNewAudience()
    {
        var fixture = FeedFixture.Loaded();
        fixture.Put("a", exceptFor: "z");
        var former = fixture.Open("z");
        var next = fixture.Open("y");
        Assert.Equal("", former.Read());
        Assert.Equal("a=1", next.Read());
        fixture.Put("a", exceptFor: "y");
        Assert.Equal("a=1", former.Read());
        Assert.Equal("-a", next.Read());
    }

    [Fact]
    public void Put_HiddenThenChangedWhileReadingInParts_IsStillRemoved()
    {
        var fixture = FeedFixture.Loaded("a", "b", "c");
        var reader = fixture.Open("z");
        reader.Read();
        fixture.Put("a", exceptFor: "z");
        fixture.Put("b", "2");
        fixture.Put("c", "2");
        fixture.Put("a", "2", exceptFor: "z");

        // The hiding is older than where the first part ends, its entry lies behind it.
        Assert.Equal("b=2 ...", reader.Read(budget: 1));
        Assert.Equal("c=2 ...", reader.Read(budget: 1));
        Assert.Equal("-a", reader.Read());
    }

    [Fact]
    public void Holds_CurrentVersion_IsNotRead()
    {
        var fixture = FeedFixture.Loaded("a", "b", "c");
        fixture.Put("h", exceptFor: "z");
        var reader = fixture.Open("z");
        Assert.True(reader.Holds("a"));
        Assert.True(reader.Holds("b", "old"));
        Assert.False(reader.Holds("gone"));
        Assert.False(reader.Holds("h"));
        Assert.Equal("b=1 c=1", reader.Read());
        fixture.Put("a", "2");
        Assert.Equal("a=2", reader.Read());
    }

    [Fact]
    public void Holds_ThenChangedBeforeItIsRead_IsRead()
    {
        var fixture = FeedFixture.Loaded("a", "b", "c");
        var reader = fixture.Open("z");
        Assert.True(reader.Holds("a"));
        Assert.True(reader.Holds("b"));
        Assert.True(reader.Holds("c"));
        fixture.Put("a", "2");
        fixture.Put("a", "1");
        fixture.Remove("b");
        fixture.Put("c", exceptFor: "z");
        fixture.Put("d");
        Assert.Equal("a=1 d=1 -b -c", reader.Read());
    }

    [Fact]
    public void Holds_ReportedAfterAChange_IsHarmless()
    {
        var fixture = FeedFixture.Loaded("a");
        var reader = fixture.Open("z");
        for (var i = 0; i < 100; i++)
        {
            fixture.Put($"new{i}");
            Assert.True(reader.Holds($"new{i}"));
        }

        Assert.Equal(101, reader.Read().Split(' ').Length);
    }

    [Fact]
    public void Subscribe_RemovalsBeforeIt_AreNotTold()
    {
        var fixture = FeedFixture.Loaded("a", "b");
        var other = fixture.Open("y");
        other.Read();
        fixture.Remove("a");
        var reader = fixture.Open("z");
        Assert.Equal("b=1", reader.Read());
        Assert.Equal("-a", other.Read());
    }

    [Fact]
    public void Read_RangeAgain_GivesWhatDidNotChangeSince()
    {
        var fixture = FeedFixture.Loaded("a", "b", "c");
        var reader = fixture.Open("z");
        reader.Read(pass: false);
        var upTo = reader.Position;
        fixture.Put("b", "2");
        fixture.Remove("c");
        Assert.Equal("a=1", reader.ReadAgain(0, upTo));
        Assert.Equal("b=2 -c", reader.Read());
    }

    [Fact]
    public void Read_MoreThanAStrideOfUnseenChanges_FindsTheNextSeen()
    {
        var fixture = FeedFixture.Loaded();
        for (var i = 0; i < 10_000; i++)
        {
            fixture.Put($"h{i}", exceptFor: "z");
        }

        fixture.Put("a");
        Assert.Equal("a=1", fixture.Open("z").Read());
    }

    [Fact]
    public void Unsubscribe_EndsWakingAndHoldsNothingBack()
    {
        var fixture = FeedFixture.Loaded("a");
        var reader = fixture.Open("z");
        reader.Read();
        reader.Reader.Unsubscribe(fixture.Type);
        fixture.Remove("a");
        Assert.Equal(0, reader.Wakes);
        Assert.Equal(0, fixture.Feed.Counts.Tombstones);
    }
}
