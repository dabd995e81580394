using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mesh.Protocol.Ads;

namespace Mesh.Check.Loopback;

/// <summary>
/// The least delta client over a real connection: one stream on HTTP/2, plain or over TLS, subscribed to a type, which accepts whatever
/// comes. A thread of its own; once it runs it allocates nothing.
/// </summary>
internal sealed class LoopbackClient : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const int FrameHeader = 9;
    private const int Window = 1 << 20;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Stream _wire;
    private readonly Thread _thread;
    private readonly byte[] _in = new byte[64 * 1024];
    private readonly byte[] _out = new byte[512];
    private readonly byte[] _typeUrl;
    private int _received;
    private int _unacknowledged;

    public LoopbackClient(EndPoint server, bool tls, string nodeId, XdsType type, params string[] names)
    {
        _typeUrl = Encoding.UTF8.GetBytes(type.Url);
        _socket.Connect(server);
        _wire = tls ? Encrypt(new NetworkStream(_socket)) : new NetworkStream(_socket);
        _wire.Write(Hello(tls, nodeId, names));
        _thread = new Thread(Run, 128 * 1024) { IsBackground = true, Name = nodeId };
        _thread.Start();
    }

    /// <summary>Responses that came and were accepted.</summary>
    public int Received => Volatile.Read(ref _received);

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
        _wire.Dispose();
    }

    private static SslStream Encrypt(NetworkStream socket)
    {
        var tls = new SslStream(socket);
#pragma warning disable CA5359 // The server's certificate is of the moment.
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
#pragma warning restore CA5359
        return tls;
    }

    private void Run()
    {
        var filled = 0;
        try
        {
            while (true)
            {
                var read = _wire.Read(_in, filled, _in.Length - filled);
                if (read == 0)
                {
                    return;
                }

                filled += read;
                var at = 0;
                while (filled - at >= FrameHeader)
                {
                    var length = (_in[at] << 16) | (_in[at + 1] << 8) | _in[at + 2];
                    if (filled - at < FrameHeader + length)
                    {
                        break;
                    }

                    Take(_in.AsSpan(at, FrameHeader), _in.AsSpan(at + FrameHeader, length));
                    at += FrameHeader + length;
                }

                _in.AsSpan(at, filled - at).CopyTo(_in);
                filled -= at;
            }
        }
        catch (IOException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Take(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var (type, isAnswer) = (header[3], (header[4] & 1) != 0);
        if (type == Settings && !isAnswer)
        {
            _wire.Write([0, 0, 0, Settings, 1, 0, 0, 0, 0]);
        }
        else if (type == Ping && !isAnswer)
        {
            Span<byte> pong = stackalloc byte[FrameHeader + 8];
            Frame(pong, 8, Ping, 1, 0);
            payload.CopyTo(pong[FrameHeader..]);
            _wire.Write(pong);
        }
        else if (type == Data && payload.Length > 5)
        {
            // Responses of the gate are smaller than a frame: one frame is one response.
            Accept();
            _unacknowledged += payload.Length;
            if (_unacknowledged > Window / 2)
            {
                Span<byte> updates = stackalloc byte[2 * (FrameHeader + 4)];
                Update(updates, 0, _unacknowledged);
                Update(updates[(FrameHeader + 4)..], 1, _unacknowledged);
                _wire.Write(updates);
                _unacknowledged = 0;
            }
        }
    }

    /// <summary>Accepts the newest response: nonces count up from one.</summary>
    private void Accept()
    {
        var count = _received + 1;
        var message = _out.AsSpan(FrameHeader + 5);
        message[0] = 0x12;
        message[1] = (byte)_typeUrl.Length;
        _typeUrl.CopyTo(message[2..]);
        var at = 2 + _typeUrl.Length;
        count.TryFormat(message[(at + 2)..], out var digits);
        message[at] = 0x32;
        message[at + 1] = (byte)digits;
        var length = at + 2 + digits;
        Frame(_out, length + 5, Data, 0, 1);
        _out[FrameHeader] = 0;
        BinaryPrimitives.WriteInt32BigEndian(_out.AsSpan(FrameHeader + 1), length);
        _wire.Write(_out.AsSpan(0, FrameHeader + 5 + length));
        Volatile.Write(ref _received, count);
    }

    private byte[] Hello(bool tls, string nodeId, string[] names)
    {
        var node = Encoding.UTF8.GetBytes(nodeId);
        List<byte> request = [0x0A, (byte)(node.Length + 2), 0x0A, (byte)node.Length, .. node, 0x12, (byte)_typeUrl.Length, .. _typeUrl];
        foreach (var name in names)
        {
            request.AddRange([0x1A, (byte)name.Length, .. Encoding.UTF8.GetBytes(name)]);
        }

        // :method POST and :scheme http or https of the static table, then literals without indexing.
        List<byte> headers = [0x83, tls ? (byte)0x87 : (byte)0x86];
        Literal(headers, [0x04], "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources");
        Literal(headers, [0x01], "localhost");
        Literal(headers, [0x0F, 31 - 15], "application/grpc");
        var window = new byte[FrameHeader + 4];
        Update(window, 0, Window);
        var size = new byte[6];
        BinaryPrimitives.WriteInt16BigEndian(size, 4);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(2), Window);
        byte[] message = [0, 0, 0, (byte)(request.Count >> 8), (byte)request.Count, .. request];
        return [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Whole(Settings, 0, 0, size), .. window, .. Whole(Headers, 4, 1, [.. headers]), .. Whole(Data, 0, 1, message)];
    }

    private static void Literal(List<byte> headers, byte[] name, string value) =>
        headers.AddRange([.. name, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);

    private static byte[] Whole(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[FrameHeader + payload.Length];
        Frame(frame, payload.Length, type, flags, stream);
        payload.CopyTo(frame, FrameHeader);
        return frame;
    }

    private static void Update(Span<byte> frame, int stream, int bytes)
    {
        Frame(frame, 4, WindowUpdate, 0, stream);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader..], bytes);
    }

    private static void Frame(Span<byte> frame, int length, byte type, byte flags, int stream)
    {
        frame[0] = (byte)(length >> 16);
        frame[1] = (byte)(length >> 8);
        frame[2] = (byte)length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame[5..], stream);
    }
}
