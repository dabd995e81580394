namespace Mesh.Load.Http2;

/// <summary>Memory of <see cref="MessageBuffers"/>; the default is none.</summary>
internal readonly unsafe struct MessageBuffer(byte* bytes, int shift)
{
    /// <summary>Its begin.</summary>
    public byte* Bytes => bytes;

    /// <summary>Whether there is none.</summary>
    public bool IsNone => bytes is null;

    /// <summary>Its size is two to the power of this.</summary>
    public int Shift => shift;

    /// <summary>Its size in bytes.</summary>
    public int Length => 1 << shift;

    /// <summary>All of it.</summary>
    public Span<byte> Span => new(bytes, Length);
}
