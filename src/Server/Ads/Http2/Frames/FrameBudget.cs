namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>
/// What a client may make us do without getting anything for it: streams opened and reset at once, pings, settings, empty frames. Each costs
/// something; what is spent comes back with time, and with each frame that we send, since clients answer those.
/// </summary>
internal sealed class FrameBudget(TimeProvider clock)
{
    /// <summary>All streams that a connection may have can be opened at once.</summary>
    public const int OfStream = 10;

    /// <summary>Reset by the client, or by us because the client broke a rule of the stream.</summary>
    public const int OfReset = 30;
    public const int OfSettings = 20;
    public const int OfPing = 10;
    public const int OfEmptyData = 10;
    public const int OfOther = 1;

    /// <summary>What a new connection has, and the most that is saved up.</summary>
    public const int Most = 20_000;

    private const int PerSecond = 1_000;

    /// <summary>What clients answer a frame with at most: a ping that measures the round trip, and updates of both windows.</summary>
    private const int PerSentFrame = 16;

    private int _left = Most;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Something was sent to the client. From any thread.</summary>
    public void Earn()
    {
        if (Volatile.Read(ref _left) < Most)
        {
            Interlocked.Add(ref _left, PerSentFrame);
        }
    }

    /// <summary>The client did something. False: too often.</summary>
    public bool TrySpend(int cost)
    {
        if (Interlocked.Add(ref _left, -cost) >= Most / 2)
        {
            return true;
        }

        var now = clock.GetTimestamp();
        var earned = (int)Math.Min(Most, clock.GetElapsedTime(_filledAt, now).TotalSeconds * PerSecond);
        if (earned > 0)
        {
            _filledAt = now;
            var left = Interlocked.Add(ref _left, earned);
            if (left > Most)
            {
                Interlocked.Add(ref _left, Most - left);
            }
        }

        return Volatile.Read(ref _left) >= 0;
    }
}
