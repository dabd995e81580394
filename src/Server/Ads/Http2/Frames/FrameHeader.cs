using System.Buffers.Binary;

namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>What precedes the payload of a frame (RFC 9113, section 4.1).</summary>
internal readonly record struct FrameHeader(int Length, FrameType Type, byte Flags, int StreamId)
{
    public const int Size = 9;

    /// <summary>Largest payload, of a client that was told nothing else and of ours (SETTINGS_MAX_FRAME_SIZE).</summary>
    public const int MaxPayload = 16_384;

    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte HasPriority = 0x20;

    /// <summary>What a client sends first (section 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public bool Has(byte flag) => (Flags & flag) != 0;

    public static FrameHeader Read(ReadOnlySpan<byte> from) => new(
        (from[0] << 16) | (from[1] << 8) | from[2],
        (FrameType)from[3],
        from[4],
        BinaryPrimitives.ReadInt32BigEndian(from[5..]) & int.MaxValue);

    public static void Write(Span<byte> to, int length, FrameType type, byte flags, int streamId)
    {
        to[0] = (byte)(length >> 16);
        to[1] = (byte)(length >> 8);
        to[2] = (byte)length;
        to[3] = (byte)type;
        to[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(to[5..], streamId);
    }
}
