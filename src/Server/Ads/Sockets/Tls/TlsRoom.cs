namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>
/// Where the library finds a client's bytes and puts ours, for the length of one call: it keeps none between calls. Unmanaged memory, that its
/// callbacks find.
/// </summary>
internal unsafe struct TlsRoom
{
    /// <summary>Bytes of the client that were not taken.</summary>
    public byte* Input;

    /// <summary>Number of those.</summary>
    public int InputLength;

    /// <summary>Where the next bytes for the client go.</summary>
    public byte* Output;

    /// <summary>Room for those.</summary>
    public int OutputRoom;
}
