using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Mesh.AdsSeam;

/// <summary>Many connections that read pushes and perhaps answer each; says on its output how far it is.</summary>
internal static class FloodClient
{
    private static readonly byte[] _answer = Wire.Data(Wire.AnswerPayload);
    private static long _pushes;

    public static async Task<int> RunAsync(int port, int count, bool tls, bool answers)
    {
        var all = new List<Task>();
        for (var i = 0; i < count; i++)
        {
            var stream = await ConnectAsync(port, tls);
            all.Add(ServeAsync(stream, answers));
        }

        Console.WriteLine("connected");
        while (Console.ReadLine() is { } wanted)
        {
            while (Volatile.Read(ref _pushes) < long.Parse(wanted))
            {
                await Task.Delay(1);
            }

            Console.WriteLine("received");
        }

        return 0;
    }

    private static async Task<Stream> ConnectAsync(int port, bool tls)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
#pragma warning disable CA5359 // A measurement on the loopback interface with a certificate of the moment.
            var secure = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            });
            stream = secure;
        }

        await stream.WriteAsync(Wire.ClientHello(tls));
        return stream;
    }

    private static async Task ServeAsync(Stream stream, bool answers)
    {
        var buffer = new byte[16384];
        var have = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(have));
            if (read == 0)
            {
                return;
            }

            have += read;
            var pushes = Take(buffer, ref have);
            for (var i = 0; i < pushes && answers; i++)
            {
                await stream.WriteAsync(_answer);
            }

            Interlocked.Add(ref _pushes, pushes);
        }
    }

    /// <summary>Counts whole data frames and keeps the rest.</summary>
    private static int Take(byte[] buffer, ref int have)
    {
        var (at, pushes) = (0, 0);
        while (have - at >= 9)
        {
            var length = (buffer[at] << 16) | (buffer[at + 1] << 8) | buffer[at + 2];
            if (have - at < 9 + length)
            {
                break;
            }

            pushes += buffer[at + 3] == 0 && length > 0 ? 1 : 0;
            at += 9 + length;
        }

        Buffer.BlockCopy(buffer, at, buffer, 0, have - at);
        have -= at;
        return pushes;
    }
}
