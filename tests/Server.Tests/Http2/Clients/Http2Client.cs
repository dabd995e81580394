using System.Net.Security;
using System.Net.Sockets;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>A client that writes what it is told, byte by byte if need be, and reads frames. Whatever it waits for has a deadline.</summary>
internal sealed class Http2Client : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly Stream _stream;
    private readonly List<ReceivedFrame> _seen = [];

    private Http2Client(Socket socket, Stream stream)
    {
        Socket = socket;
        _stream = stream;
    }

    public Socket Socket { get; }

    /// <summary>What was read so far.</summary>
    public IReadOnlyList<ReceivedFrame> Seen => _seen;

    /// <summary>Connects, with TLS if the server has it, and says nothing yet.</summary>
    public static async Task<Http2Client> ConnectAsync(Uri server, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(server.Host, server.Port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (server.Scheme == Uri.UriSchemeHttps)
        {
            var tls = new SslStream(stream);
            // As Envoy: HTTP/2 without saying so.
#pragma warning disable CA5359 // The servers of tests have certificates of the moment.
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true });
#pragma warning restore CA5359
            stream = tls;
        }

        return new Http2Client(socket, stream);
    }

    /// <summary>Connects, says hello and opens a discovery call as stream 1.</summary>
    public static async Task<Http2Client> CallAsync(Uri server, params (ushort Id, uint Value)[] settings)
    {
        var client = await ConnectAsync(server);
        await client.SendAsync(FrameHeader.Preface.ToArray(), SentFrames.SettingsOf(settings), SentFrames.Call(1));
        await client.SettleAsync();
        return client;
    }

    public async Task SendAsync(params byte[][] pieces)
    {
        using var deadline = new CancellationTokenSource(_deadline);
        await _stream.WriteAsync(pieces.SelectMany(piece => piece).ToArray(), deadline.Token);
    }

    /// <summary>Sends as long as the server lets it. False: it has closed the connection.</summary>
    public async Task<bool> TrySendAsync(params byte[][] pieces)
    {
        try
        {
            await SendAsync(pieces);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Each byte in a packet of its own.</summary>
    public async Task SendSlowlyAsync(byte[] bytes)
    {
        foreach (var octet in bytes)
        {
            await SendAsync([octet]);
        }
    }

    /// <summary>The next frame; null: the server has closed its side in order.</summary>
    public async Task<ReceivedFrame?> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(_deadline);
        var header = new byte[FrameHeader.Size];
        var read = await _stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, deadline.Token);
        if (read == 0)
        {
            return null;
        }

        Assert.Equal(FrameHeader.Size, read);
        var frame = FrameHeader.Read(header);
        Assert.InRange(frame.Length, 0, FrameHeader.MaxPayload);
        var payload = new byte[frame.Length];
        await _stream.ReadExactlyAsync(payload, deadline.Token);
        var received = new ReceivedFrame(frame, payload);
        _seen.Add(received);
        return received;
    }

    /// <summary>The next frame that is meant; others are skipped.</summary>
    public async Task<ReceivedFrame> ReadUntilAsync(Func<ReceivedFrame, bool> isMeant)
    {
        while (true)
        {
            var frame = await ReadAsync() ?? throw new EndOfStreamException($"the connection ended; read: {string.Join(", ", _seen)}");
            if (isMeant(frame))
            {
                return frame;
            }
        }
    }

    /// <summary>Reads to the orderly end of the connection.</summary>
    public async Task<IReadOnlyList<ReceivedFrame>> ReadToEndAsync()
    {
        while (await ReadAsync() is not null)
        {
            // It is kept.
        }

        return _seen;
    }

    /// <summary>Waits until the server has taken all that was sent, and acknowledges its settings.</summary>
    public async Task SettleAsync(byte ping = 0xEE)
    {
        await SendAsync(SentFrames.Ping(ping));
        await ReadUntilAsync(frame => frame.Type == FrameType.Ping && frame.IsAck && frame.Payload[^1] == ping);
    }

    /// <summary>No more is sent.</summary>
    public void EndSending() => Socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();
}
