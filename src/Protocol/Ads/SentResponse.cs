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

    /// <summary>A few names in an array of the channel's own, each with a reference to its symbol; null: it has none or more.</summary>
    public SentName[]? Few;

    /// <summary>More names; null: it has few, or a later response told of all of them.</summary>
    public SentNames? Many;

    /// <summary>The names that its answer can still decide about.</summary>
    public readonly ReadOnlySpan<SentName> Names => Many is null ? Few.AsSpan(0, Few is null ? 0 : Count) : Many.Span;
}
