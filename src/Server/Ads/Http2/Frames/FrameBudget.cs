namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>
/// What a client may make us do without getting anything for it: streams opened and reset at once, pings, settings, empty frames. Each costs
/// something; what is spent comes back with time, and with what we send, since clients answer that. Not with crumbs of it, which a client
/// that opens its window bit by bit makes of any response: those cost as well.
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

    /// <summary>What clients answer a write with at most, be it small: a ping that measures the round trip, and updates of both windows.</summary>
    private const int PerWrite = 16;

    /// <summary>
    /// Bytes that earn one more, since clients answer a large write several times; and fewer, if the window left no room for more, are a
    /// crumb. It is sent all the same: the windows of a client may be as small as it likes (RFC 9113, section 6.9), and are no larger then
    /// for waiting.
    /// </summary>
    private const int Crumb = 512;

    /// <summary>With its WINDOW_UPDATE so much that single bytes, as many as time pays for, do not keep a piece of a response from being overdue.</summary>
    private const int OfCrumb = 4;

    private int _left = Most;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>DATA was sent to the client in one write. From any thread.</summary>
    /// <param name="bytes">How much of a response.</param>
    /// <param name="isCut">Whether it ends within a frame, where the client's window did.</param>
    public void Sent(int bytes, bool isCut)
    {
        if (isCut && bytes < Crumb)
        {
            Interlocked.Add(ref _left, -OfCrumb);
        }
        else if (Volatile.Read(ref _left) < Most)
        {
            Interlocked.Add(ref _left, (isCut ? 0 : PerWrite) + (bytes / Crumb));
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
