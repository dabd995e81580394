namespace Mesh.Server.Ads.Http2.Hpack;

/// <summary>One field of a header block.</summary>
internal sealed record HeaderField(byte[] Name, byte[] Value)
{
    /// <summary>What it counts for in tables and lists (RFC 7541, section 4.1; RFC 9113, section 6.5.2).</summary>
    public static int SizeOf(int name, int value) => name + value + 32;

    /// <summary>Its own size.</summary>
    public int Size => SizeOf(Name.Length, Value.Length);
}
