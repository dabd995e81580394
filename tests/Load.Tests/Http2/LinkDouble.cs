using Mesh.Load.Sockets;

namespace Mesh.Load.Tests.Http2;

/// <summary>A connection that keeps what is sent.</summary>
internal sealed class LinkDouble : ILink
{
    private readonly List<byte> _sent = [];

    public bool IsClosed { get; private set; }

    /// <summary>Frames sent since the last call: type, flags, stream, payload. The preface is skipped.</summary>
    public IReadOnlyList<(byte Type, byte Flags, int Stream, byte[] Payload)> TakeFrames()
    {
        var bytes = _sent.ToArray().AsSpan();
        _sent.Clear();
        if (bytes.StartsWith(Load.Http2.Frames.Preface))
        {
            bytes = bytes[Load.Http2.Frames.Preface.Length..];
        }

        var frames = new List<(byte, byte, int, byte[])>();
        while (!bytes.IsEmpty)
        {
            var length = Load.Http2.Frames.Length(bytes);
            frames.Add((bytes[3], bytes[4], Load.Http2.Frames.Stream(bytes), bytes.Slice(9, length).ToArray()));
            bytes = bytes[(9 + length)..];
        }

        return frames;
    }

    public void Send(ReadOnlySpan<byte> bytes) => _sent.AddRange(bytes);

    public void SetReading(bool reads)
    {
    }

    public void Close() => IsClosed = true;
}
