using System.Buffers;
using System.Buffers.Binary;

namespace Mesh.Load.Http2;

/// <summary>Writes frames one behind another, to go out together.</summary>
/// <param name="output">Scratch of the reactor, empty between events.</param>
internal readonly struct FrameWriter(ArrayBufferWriter<byte> output)
{
    /// <summary>What was written and has not gone out.</summary>
    public ReadOnlySpan<byte> Written => output.WrittenSpan;

    /// <summary>It went out.</summary>
    public void Clear() => output.ResetWrittenCount();

    /// <summary>Bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    /// <summary>A whole frame.</summary>
    public void Write(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        WriteHeader(payload.Length, type, flags, stream);
        output.Write(payload);
    }

    /// <summary>A frame's header; its payload is to follow.</summary>
    public void WriteHeader(int length, byte type, byte flags, int stream)
    {
        Frames.WriteHeader(output.GetSpan(Frames.HeaderSize), length, type, flags, stream);
        output.Advance(Frames.HeaderSize);
    }

    /// <summary>The first frame of a connection: the window of each stream.</summary>
    public void WriteSettings(int window)
    {
        Span<byte> settings = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(settings, Frames.InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(settings[2..], window);
        Write(Frames.Settings, 0, 0, settings);
    }

    /// <summary>A wider window of a stream, or with 0 of the connection.</summary>
    public void WriteWindow(int stream, int by)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, by);
        Write(Frames.WindowUpdate, 0, stream, payload);
    }

    /// <summary>Data in as many frames as it takes.</summary>
    public void WriteData(int stream, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var count = Math.Min(data.Length, Frames.MaxPayload);
            Write(Frames.Data, 0, stream, data[..count]);
            data = data[count..];
        }
    }

    /// <summary>A gRPC message (its prefix and its content) in as many frames as it takes.</summary>
    public void WriteMessage(int stream, ReadOnlySpan<byte> message)
    {
        Span<byte> prefix = stackalloc byte[GrpcStream.PrefixSize];
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length);
        var first = Math.Min(message.Length, Frames.MaxPayload - prefix.Length);
        WriteHeader(prefix.Length + first, Frames.Data, 0, stream);
        output.Write(prefix);
        output.Write(message[..first]);
        WriteData(stream, message[first..]);
    }
}
