namespace Mesh.Protocol.Kds;

/// <summary>
/// What a peer rejected, as a range of positions in the feed and a place in the list of names that are gone: it costs four
/// numbers however much was rejected. What changes meanwhile moves out of the range and is sent at once.
/// </summary>
internal struct RejectedRange
{
    private const int NoName = int.MaxValue;

    /// <summary>Nothing.</summary>
    public static RejectedRange None => new() { GoneFrom = NoName };

    /// <summary>Position after which it begins.</summary>
    public long From;

    /// <summary>Position up to which it goes.</summary>
    public long To;

    /// <summary>First rejected place in the list of names that are gone.</summary>
    public int GoneFrom;

    public readonly bool IsNone => To <= From && GoneFrom == NoName;

    public readonly bool HasPositions => To > From;

    public void Add(long from, long to, int goneFrom, int goneTo)
    {
        if (to > from)
        {
            From = HasPositions ? Math.Min(From, from) : from;
            To = Math.Max(To, to);
        }

        if (goneTo > goneFrom)
        {
            GoneFrom = Math.Min(GoneFrom, goneFrom);
        }
    }
}
