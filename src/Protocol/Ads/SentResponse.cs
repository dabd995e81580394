using System.Runtime.InteropServices;

namespace Mesh.Protocol.Ads;

/// <summary>A response that waits for its answer.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SentResponse
{
    public long Nonce;
    public long At;

    /// <summary>Names in it.</summary>
    public int Count;

    public int Round;
    public bool HasNewClusters;

    /// <summary>
    /// Its names: a few are an array of the channel's own, each with a reference to its symbol, more are <see cref="SentNames"/>. Null: it has none, or a
    /// later response told of all of them.
    /// </summary>
    public object? List;

    /// <summary>The names that its answer can still decide about.</summary>
    public readonly ReadOnlySpan<SentName> Names => List switch
    {
        null => default,
        SentNames many => many.Span,
        var few => ((SentName[])few).AsSpan(0, Count),
    };
}
