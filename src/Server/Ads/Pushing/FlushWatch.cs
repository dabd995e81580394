using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Pushing;

/// <summary>
/// Finds streams whose client takes nothing. One timer for all streams, which runs only while some of them wait: a push
/// that waits for its client costs two stores.
/// </summary>
internal sealed class FlushWatch : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly Func<IEnumerable<AdsStream>> _streams;
    private readonly ITimer _timer;
    private int _armed;

    /// <summary>A watch over streams.</summary>
    /// <param name="clock">Its time.</param>
    /// <param name="patience">How long a stream may wait.</param>
    /// <param name="streams">All streams.</param>
    public FlushWatch(TimeProvider clock, TimeSpan patience, Func<IEnumerable<AdsStream>> streams)
    {
        _clock = clock;
        _patience = patience;
        _streams = streams;
        _timer = clock.CreateTimer(static watch => ((FlushWatch)watch!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A stream waits from now on; it has said so before (<see cref="AdsStream.WaitsSince"/>).</summary>
    public void Watch()
    {
        if (Volatile.Read(ref _armed) == 0)
        {
            Arm(_patience);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        // Before looking: who begins to wait meanwhile arms the timer anew.
        Interlocked.Exchange(ref _armed, 0);
        var longest = TimeSpan.Zero;
        var waits = false;
        foreach (var stream in _streams())
        {
            if (stream.WaitsSince is not { } since)
            {
                continue;
            }

            var waited = _clock.GetElapsedTime(since);
            if (waited >= _patience)
            {
                stream.Cut();
                continue;
            }

            waits = true;
            longest = waited > longest ? waited : longest;
        }

        if (waits)
        {
            Arm(_patience - longest);
        }
    }

    private void Arm(TimeSpan due)
    {
        if (Interlocked.Exchange(ref _armed, 1) == 0)
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }
}
