using System.Buffers.Binary;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;

namespace Mesh.Server.Ads.Http2;

/// <summary>What a client set (RFC 9113, section 6.5), as far as it concerns what we send; and what we set.</summary>
internal sealed class Http2Settings
{
    /// <summary>Window of a stream or connection about which nothing was said (section 6.9.2).</summary>
    public const int DefaultWindow = 65_535;

    /// <summary>What a client may have sent on the streams of one connection that nobody has read.</summary>
    public const int ConnectionWindow = 1024 * 1024;

    /// <summary>Streams of one connection at the same time.</summary>
    public const int MaxStreams = 1_000;

    private const ushort HeaderTableSize = 1;
    private const ushort EnablePush = 2;
    private const ushort MaxConcurrentStreams = 3;
    private const ushort InitialWindowSize = 4;
    private const ushort MaxFrameSize = 5;
    private const ushort MaxHeaderListSize = 6;
    private const int EntrySize = 6;

    /// <summary>An empty SETTINGS frame: what a server must say before some clients say anything (section 3.4).</summary>
    public static ReadOnlyMemory<byte> Empty { get; } = new byte[] { 0, 0, 0, (byte)FrameType.Settings, 0, 0, 0, 0, 0 };

    /// <summary>Ours: headers are not remembered, so that a connection keeps nothing of them; and the room of the connection.</summary>
    public static byte[] Ours { get; } = Write();

    /// <summary>The client's window of a new stream.</summary>
    public int InitialWindow { get; private set; } = DefaultWindow;

    /// <summary>Takes a payload.</summary>
    /// <exception cref="Http2Exception">It is malformed.</exception>
    public void Take(ReadOnlySpan<byte> payload)
    {
        if (payload.Length % EntrySize != 0)
        {
            throw new Http2Exception(Http2Error.FrameSize, "SETTINGS of a broken length");
        }

        for (; !payload.IsEmpty; payload = payload[EntrySize..])
        {
            Take(BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
        }
    }

    private void Take(ushort id, uint value)
    {
        switch (id)
        {
            case EnablePush when value > 1:
                throw new Http2Exception(Http2Error.Protocol, "SETTINGS_ENABLE_PUSH is neither 0 nor 1");
            case InitialWindowSize when value > int.MaxValue:
                throw new Http2Exception(Http2Error.FlowControl, "SETTINGS_INITIAL_WINDOW_SIZE is too large");
            case InitialWindowSize:
                InitialWindow = (int)value;
                break;
            case MaxFrameSize when value is < FrameHeader.MaxPayload or > 0xFFFFFF:
                throw new Http2Exception(Http2Error.Protocol, "SETTINGS_MAX_FRAME_SIZE is out of range");
        }
    }

    private static byte[] Write()
    {
        (ushort Id, int Value)[] entries = [(HeaderTableSize, 0), (MaxConcurrentStreams, MaxStreams), (MaxHeaderListSize, RequestHead.MaxSize)];
        var bytes = new byte[FrameHeader.Size + (entries.Length * EntrySize) + FrameHeader.Size + 4];
        FrameHeader.Write(bytes, entries.Length * EntrySize, FrameType.Settings, 0, 0);
        var at = FrameHeader.Size;
        foreach (var (id, value) in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), id);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 2), value);
            at += EntrySize;
        }

        FrameHeader.Write(bytes.AsSpan(at), 4, FrameType.WindowUpdate, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + FrameHeader.Size), ConnectionWindow - DefaultWindow);
        return bytes;
    }
}
