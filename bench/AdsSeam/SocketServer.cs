using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.AdsSeam;

/// <summary>The least that a server of our own would do: one socket, one pre-framed message, one write.</summary>
internal sealed class SocketServer(bool tls) : IPushServer
{
    private static readonly byte[] _push = Wire.Data(Wire.PayloadSize);

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Connection> _streams = [];
    private readonly X509Certificate2 _certificate = Certificates.SelfSigned();
    private long _received;

    public int Streams => _streams.Count;

    public long ReceivedBytes => Volatile.Read(ref _received);

    public Task<int> StartAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(8192);
        _ = AcceptAsync();
        return Task.FromResult(((IPEndPoint)_listener.LocalEndPoint!).Port);
    }

    public Task PushAsync() => Parallel.ForEachAsync(_streams, (stream, cancellation) => stream.Tls is null
        ? SentAsync(stream.Socket.SendAsync(_push.AsMemory(), cancellation))
        : stream.Tls.WriteAsync(_push, cancellation));

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var stream in _streams)
        {
            stream.Socket.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static async ValueTask SentAsync(ValueTask<int> sending) => await sending;

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (SocketException)
            {
                return;
            }

            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            SslStream? secure = null;
            if (tls)
            {
                secure = new SslStream(new NetworkStream(socket));
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                });
            }

            var buffer = new byte[512];
            await ReadAsync(socket, secure, buffer);
            var hello = Wire.ServerHello();
            await (secure is null ? SentAsync(socket.SendAsync(hello.AsMemory())) : secure.WriteAsync(hello));
            _streams.Add(new Connection(socket, secure));
            buffer = null;
            while (true)
            {
                // Nothing is held while nothing comes: wait with an empty buffer first.
                await ReadAsync(socket, secure, []);
                var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(512);
                var read = await ReadAsync(socket, secure, rented);
                System.Buffers.ArrayPool<byte>.Shared.Return(rented);
                if (read == 0)
                {
                    return;
                }

                Interlocked.Add(ref _received, read);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            socket.Dispose();
        }
    }

    private static ValueTask<int> ReadAsync(Socket socket, SslStream? secure, byte[] buffer) =>
        secure is null ? socket.ReceiveAsync(buffer.AsMemory()) : secure.ReadAsync(buffer.AsMemory());

    private sealed record Connection(Socket Socket, SslStream? Tls);
}
