using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Transport;

namespace Mesh.Fuzz.Http2;

/// <summary>A client that sends its bytes in pieces, reads everything at once and then goes. What it is sent must be frames.</summary>
internal sealed class ScriptedStream(byte[] script) : DuplexStream
{
    /// <summary>How often others get their turn before the client goes, so that what it asked for is answered.</summary>
    private const int Patience = 64;

    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly Random _random = new(script.Length);
    private int _sent;
    private int _headerLength;
    private int _payloadLeft;
    private int _writing;

    /// <summary>Whether the server has answered a request.</summary>
    public bool HasResponse { get; private set; }

    /// <summary>What the server ended the connection with; null: it did not.</summary>
    public FrameType? Ended { get; private set; }

    /// <summary>What was wrong with what the server sent; null: nothing.</summary>
    public string? Fault { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        for (var i = 0; i < Patience && _sent == script.Length; i++)
        {
            await Task.Yield();
        }

        if (_random.Next(4) == 0)
        {
            await Task.Yield();
        }

        var most = _random.Next(3) == 0 ? _random.Next(1, 20) : buffer.Length;
        var read = Math.Min(Math.Min(most, buffer.Length), script.Length - _sent);
        script.AsMemory(_sent, read).CopyTo(buffer);
        _sent += read;
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            Fault ??= "two writes at a time";
        }

        Take(buffer.Span);
        if (buffer.Length % 3 == 0)
        {
            await Task.Yield();
        }

        Volatile.Write(ref _writing, 0);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                var part = Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= part;
                bytes = bytes[part..];
                continue;
            }

            _header[_headerLength++] = bytes[0];
            bytes = bytes[1..];
            if (_headerLength == FrameHeader.Size)
            {
                Begin(FrameHeader.Read(_header));
                _headerLength = 0;
            }
        }
    }

    private void Begin(in FrameHeader frame)
    {
        _payloadLeft = frame.Length;
        HasResponse |= frame.Type == FrameType.Headers;
        if (frame.Length > FrameHeader.MaxPayload || frame.Type > FrameType.Continuation)
        {
            Fault ??= $"no frame: {frame}";
        }

        if (frame.Type == FrameType.GoAway)
        {
            Ended = frame.Type;
        }
    }
}
