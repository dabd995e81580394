namespace Mesh.Server.Kds.Wire;

/// <summary>
/// Shares bytes that may be under way between streams that write at the same time: one zone alone gets large responses, a hundred that come back at once get
/// small ones and memory stays what it is. Safe for concurrent use.
/// </summary>
/// <param name="total">Bytes for all.</param>
internal sealed class ResponseShares(int total)
{
    /// <summary>Bytes of a share at least: smaller responses would be mostly waiting.</summary>
    public const int Least = 64 * 1024;

    /// <summary>Bytes for all streams of a Global.</summary>
    public const int OfGlobal = 16 * 1024 * 1024;

    /// <summary>Bytes of one response of a Global: a zone far away gets that much in a round trip.</summary>
    public const int LargestOfGlobal = 1024 * 1024;

    private int _writers;

    /// <summary>A stream begins to write. It may write this much; then it calls <see cref="End"/>.</summary>
    public int Begin() => Math.Max(Least, total / Interlocked.Increment(ref _writers));

    /// <summary>A stream has written.</summary>
    public void End() => Interlocked.Decrement(ref _writers);
}
