namespace Mesh.Load.Http2;

/// <summary>Memory of <see cref="MessageBuffers"/>.</summary>
internal readonly unsafe struct MessageBuffer(byte* bytes, int shift)
{
    /// <summary>Its begin; null: there is none.</summary>
    public byte* Bytes => bytes;

    /// <summary>Its size is two to the power of this.</summary>
    public int Shift => shift;

    /// <summary>Its size in bytes.</summary>
    public int Length => bytes is null ? 0 : 1 << shift;

    /// <summary>All of it.</summary>
    public Span<byte> Span => new(bytes, Length);
}
