namespace Mesh.Load.Http2;

/// <summary>Takes the frames of a <see cref="FrameReader"/>.</summary>
internal interface IFrameSink
{
    /// <summary>A frame begins. True: its payload is taken in parts, as they come.</summary>
    bool Begins(byte type, byte flags, int stream, int length);

    /// <summary>A part of such a payload.</summary>
    void TakePart(ReadOnlySpan<byte> part);

    /// <summary>A frame is complete. The payload is empty when it was taken in parts.</summary>
    void TakeFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload);
}
