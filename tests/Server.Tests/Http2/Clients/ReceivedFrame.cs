using System.Buffers.Binary;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>A frame as a client reads it.</summary>
internal sealed record ReceivedFrame(FrameHeader Header, byte[] Payload)
{
    public FrameType Type => Header.Type;

    public int StreamId => Header.StreamId;

    public bool EndsStream => Header.Type is FrameType.Headers or FrameType.Data && Header.Has(FrameHeader.EndStream);

    public bool IsAck => Header.Type is FrameType.Settings or FrameType.Ping && Header.Has(FrameHeader.Ack);

    /// <summary>What RST_STREAM or GOAWAY says; null: it is neither.</summary>
    public Http2Error? Error => Type switch
    {
        FrameType.ResetStream => (Http2Error)BinaryPrimitives.ReadInt32BigEndian(Payload),
        FrameType.GoAway => (Http2Error)BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(4)),
        _ => null,
    };

    public override string ToString() => $"{Type}({Header.Flags:x}) on {StreamId}: {(Error is { } error ? error.ToString() : $"{Payload.Length} B")}";
}
