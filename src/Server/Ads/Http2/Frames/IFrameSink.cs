namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>Takes the frames of a connection.</summary>
internal interface IFrameSink
{
    /// <summary>The header of a frame; its payload follows. Every rule that needs no payload is checked here.</summary>
    /// <exception cref="Http2Exception">The frame cannot be.</exception>
    void Begin(in FrameHeader frame);

    /// <summary>Some payload of a DATA frame, without padding.</summary>
    void Data(ReadOnlySpan<byte> payload);

    /// <summary>The end of a DATA frame.</summary>
    void EndData(in FrameHeader frame);

    /// <summary>A frame of another type, whole.</summary>
    void Frame(in FrameHeader frame, ReadOnlySpan<byte> payload);
}
