namespace Mesh.Load.Http2;

/// <summary>
/// How long Envoy waits before it opens a discovery stream again: a random part of an interval that begins with 500 ms and doubles up to 30 s
/// (<c>JitteredExponentialBackOffStrategy</c> with <c>RetryInitialDelayMs</c> and <c>RetryMaxDelayMs</c>, the defaults of a discovery source).
/// A response begins it anew.
/// </summary>
internal struct RetryBackoff
{
    private const int FirstMilliseconds = 500;
    private const int MaxMilliseconds = 30_000;

    private int _interval;

    /// <summary>The next pause; the one after it is drawn from an interval twice as long.</summary>
    public TimeSpan Next(Random random)
    {
        var interval = Math.Max(_interval, FirstMilliseconds);
        _interval = Math.Min(interval * 2, MaxMilliseconds);
        return TimeSpan.FromMilliseconds(random.Next(interval));
    }

    /// <summary>Begins anew.</summary>
    public void Reset() => _interval = 0;
}
