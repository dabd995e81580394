using Mesh.Server.Ads;
using Mesh.Server.Ads.Http2;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Http2;

/// <summary>When a silent connection is asked, and when it is given up.</summary>
public sealed class KeepAliveTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Check_Silence_AsksAndThenGivesUp()
    {
        var keepAlive = new KeepAlive(new AdsHostOptions(), _clock.GetTimestamp());

        Assert.Equal(KeepAliveStep.None, After(keepAlive, seconds: 29));
        Assert.Equal(KeepAliveStep.Ask, After(keepAlive, seconds: 1));
        Assert.Equal(KeepAliveStep.None, After(keepAlive, seconds: 19));
        Assert.Equal(KeepAliveStep.GiveUp, After(keepAlive, seconds: 1));
    }

    [Fact]
    public void Check_ToldNeverToAsk_DoesNotAndCanSayWhenToLookAgain()
    {
        var keepAlive = new KeepAlive(new AdsHostOptions { KeepAlivePingDelay = Timeout.InfiniteTimeSpan }, _clock.GetTimestamp());

        Assert.Equal(KeepAliveStep.None, After(keepAlive, seconds: 24 * 60 * 60));

        // Whoever waits adds it to a time.
        var rest = keepAlive.Rest(_clock.GetTimestamp(), _clock, hasStreams: true);
        Assert.InRange(_clock.GetUtcNow() + rest, _clock.GetUtcNow().AddDays(365), DateTimeOffset.MaxValue);
    }

    private KeepAliveStep After(KeepAlive keepAlive, int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return keepAlive.Check(_clock.GetTimestamp(), _clock, hasStreams: true, isRetired: false);
    }
}
