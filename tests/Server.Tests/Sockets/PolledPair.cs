using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads.Sockets.Polling;

namespace Mesh.Server.Tests.Sockets;

/// <summary>A stream of ours, and the client's socket at its other end.</summary>
internal sealed class PolledPair : IDisposable
{
    private PolledPair(Socket client, Socket server, Poller poller)
    {
        Client = client;
        Stream = new PolledStream(server, poller);
    }

    /// <summary>Ends what does not end by itself.</summary>
    public static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public Socket Client { get; }

    public PolledStream Stream { get; }

    /// <summary>Connects both ends.</summary>
    /// <param name="poller">Whose the stream is; null: the next one.</param>
    public static async Task<PolledPair> ConnectAsync(Poller? poller = null)
    {
        Assert.SkipUnless(Poller.IsSupported, "pollers are for Linux");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!, Deadline);
        return new PolledPair(client, await listener.AcceptAsync(Deadline), poller ?? Poller.Next());
    }

    public void Dispose()
    {
        Stream.Dispose();
        Client.Dispose();
    }
}
