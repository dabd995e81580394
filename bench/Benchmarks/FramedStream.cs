using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Sockets;
using Mesh.Server.Ads.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Benchmarks;

/// <summary>A stream of a connection of our own HTTP/2 between a session that is not there and a socket that takes everything.</summary>
internal sealed class FramedStream : IDisposable
{
    private const int Id = 1;
    private const int Window = 16 * 1024 * 1024;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Endless _wire = new();
    private readonly Http2Stream _stream;
    private readonly FrameReader _reader;
    private readonly GrpcFrames _messages;
    private readonly byte[] _moreWindow = [.. Frame(FrameType.WindowUpdate, 0, Number(Window / 2)), .. Frame(FrameType.WindowUpdate, Id, Number(Window / 2))];
    private long _widenedAt;

    public FramedStream()
    {
        var options = new AdsHostOptions();
        // No call is served: a method that had one would be the session's side.
        var host = new Http2Host(null!, options, new BlockPools(options), new TransportBuffers(), TimeProvider.System, NullLogger<Http2Host>.Instance);
        var connection = new Http2Connection(host, new Wire(_socket, _wire, _wire), new ClientLink(null, SslProtocols.None));
        _stream = new Http2Stream(connection, Id, new RequestHead(), Window);
        lock (connection.Output.Lock)
        {
            connection.Streams.LastId = Id;
            connection.Streams.Add(_stream);
        }

        _reader = new FrameReader(new ConnectionInput(connection), host.Buffers);
        _reader.Consume(Frame(FrameType.Settings, 0, []));
        _reader.Consume(Frame(FrameType.WindowUpdate, 0, Number(Window)));
        _messages = new GrpcFrames(_stream.Input, options.MaxRequestSize, new UnfinishedRequests(options));
    }

    /// <summary>A frame of a client.</summary>
    public static byte[] Frame(FrameType type, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, type, 0, stream);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    /// <summary>The frame with which a client sends a message.</summary>
    public static byte[] Request(ReadOnlySpan<byte> message) => Frame(FrameType.Data, Id, [0, .. Number(message.Length), .. message]);

    /// <summary>A response becomes DATA frames and goes to the socket, whose client makes room for the next. Bytes that were ever sent.</summary>
    public long Send(ReadOnlySpan<byte> response)
    {
        _stream.Output.Write(response);
        var flush = _stream.Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully || flush.Result.IsCompleted)
        {
            throw new InvalidOperationException("it was not sent");
        }

        if (_wire.Written - _widenedAt > Window / 2)
        {
            _widenedAt += Window / 2;
            _reader.Consume(_moreWindow);
        }

        return _wire.Written;
    }

    /// <summary>Bytes of a socket become a request for the session that waits for one. Its length.</summary>
    public int Receive(ReadOnlySpan<byte> bytes)
    {
        var more = _messages.MoreAsync();
        _reader.Consume(bytes);
        if (!more.IsCompletedSuccessfully || _messages.Take(more.Result) != FrameRead.Message)
        {
            throw new InvalidOperationException("it was not a message");
        }

        var length = _messages.Current.Length;
        _messages.Done();
        return length;
    }

    public void Dispose()
    {
        _reader.Release();
        _wire.Dispose();
        _socket.Dispose();
    }

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    /// <summary>A socket that takes everything at once.</summary>
    private sealed class Endless : DuplexStream
    {
        public long Written { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
