namespace Mesh.Protocol.Kds;

/// <summary>
/// How two of ours recognise each other. A peer of ours has a string <c>store-id</c> in its node's metadata. Responses to it
/// carry a <c>system_version_info</c>, which Kuma leaves empty: it says that held versions are honoured, and whether the first
/// set of the type goes on in the next response. Peers that are not ours get the first set in one response, for they take the
/// first response of a type for all there is.
/// </summary>
internal static class KdsMarker
{
    /// <summary>Held versions are honoured: the responses are differences.</summary>
    public static ReadOnlySpan<byte> Differences => "mesh"u8;

    /// <summary>The same, and the first set goes on in the next response.</summary>
    public static ReadOnlySpan<byte> MoreFollows => "mesh;more"u8;

    /// <summary>Key of the node's metadata that only ours have.</summary>
    public static ReadOnlySpan<byte> StoreIdKey => "store-id"u8;
}
