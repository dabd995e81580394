namespace Mesh.Server.Ads.Streams;

/// <summary>Does something to a stream after a time, which may be longer than a timer can be set to.</summary>
internal sealed class StreamTimer : IDisposable
{
    /// <summary>Timers reach 49 days.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromDays(40);

    private readonly AdsStream _stream;
    private readonly Action<AdsStream> _action;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _due;
    private readonly long _since;
    private readonly ITimer _timer;

    public StreamTimer(AdsStream stream, TimeSpan due, TimeProvider clock, Action<AdsStream> action)
    {
        (_stream, _due, _clock, _action) = (stream, due, clock, action);
        _since = clock.GetTimestamp();
        _timer = clock.CreateTimer(static timer => ((StreamTimer)timer!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Set(due);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var left = _due - _clock.GetElapsedTime(_since);
        if (left <= TimeSpan.Zero)
        {
            _action(_stream);
        }
        else
        {
            Set(left);
        }
    }

    /// <summary>In whole milliseconds, as timers count: rounded down it would come too early, and again.</summary>
    private void Set(TimeSpan left) => _timer.Change(
        left >= _longest ? _longest : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
}
