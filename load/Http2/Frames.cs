using System.Buffers.Binary;

namespace Mesh.Load.Http2;

/// <summary>Frames of HTTP/2 (RFC 9113, section 6) as far as a gRPC client meets them.</summary>
internal static class Frames
{
    public const int HeaderSize = 9;
    public const int MaxPayload = 16_384;
    public const int DefaultWindow = 65_535;
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const ushort InitialWindowSize = 4;

    /// <summary>What a client sends first (section 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Writes a frame's header.</summary>
    public static void WriteHeader(Span<byte> to, int length, byte type, byte flags, int stream)
    {
        to[0] = (byte)(length >> 16);
        to[1] = (byte)(length >> 8);
        to[2] = (byte)length;
        to[3] = type;
        to[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(to[5..], stream);
    }

    /// <summary>Payload length of a frame's header.</summary>
    public static int Length(ReadOnlySpan<byte> header) => (header[0] << 16) | (header[1] << 8) | header[2];

    /// <summary>Stream of a frame's header.</summary>
    public static int Stream(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
}
