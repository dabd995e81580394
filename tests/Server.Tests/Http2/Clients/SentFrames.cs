using System.Buffers.Binary;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>Frames as a client writes them, right or wrong.</summary>
internal static class SentFrames
{
    public const byte EndStream = FrameHeader.EndStream;
    public const byte EndHeaders = FrameHeader.EndHeaders;
    public const byte Padded = FrameHeader.Padded;

    /// <summary>A frame of anything.</summary>
    public static byte[] Of(FrameType type, byte flags, int stream, params byte[] payload) => Of((byte)type, flags, unchecked((uint)stream), payload);

    public static byte[] Of(byte type, byte flags, uint stream, params byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, (FrameType)type, flags, unchecked((int)stream));
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public static byte[] SettingsOf(params (ushort Id, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), settings[i].Value);
        }

        return Of(FrameType.Settings, 0, 0, payload);
    }

    public static byte[] SettingsAck() => Of(FrameType.Settings, FrameHeader.Ack, 0);

    public static byte[] InitialWindow(uint window) => SettingsOf((4, window));

    public static byte[] Headers(int stream, byte[] block, byte flags = EndHeaders) => Of(FrameType.Headers, flags, stream, block);

    public static byte[] Continuation(int stream, byte[] block, byte flags = EndHeaders) => Of(FrameType.Continuation, flags, stream, block);

    public static byte[] Data(int stream, byte[] payload, byte flags = 0) => Of(FrameType.Data, flags, stream, payload);

    public static byte[] Ping(byte last, byte flags = 0) => Of(FrameType.Ping, flags, 0, 0, 0, 0, 0, 0, 0, 0, last);

    public static byte[] Reset(int stream) => Of(FrameType.ResetStream, 0, stream, 0, 0, 0, (byte)Http2Error.Cancel);

    public static byte[] WindowUpdate(int stream, int by)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, by);
        return Of(FrameType.WindowUpdate, 0, stream, payload);
    }

    /// <summary>The headers of a discovery call.</summary>
    public static byte[] Call(int stream, byte flags = EndHeaders) => Headers(stream, HeaderText.Call(), flags);

    /// <summary>A message of gRPC: with its prefix.</summary>
    public static byte[] Message(ReadOnlySpan<byte> message)
    {
        var bytes = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), message.Length);
        message.CopyTo(bytes.AsSpan(5));
        return bytes;
    }
}
