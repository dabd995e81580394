using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads.Sockets.Polling;

namespace Mesh.Server.Tests.Sockets;

/// <summary>A stream of ours, and the client's socket at its other end.</summary>
internal sealed class PolledPair : IDisposable
{
    private PolledPair(Socket client, Socket server)
    {
        Client = client;
        Stream = new PolledStream(server, Poller.Next());
    }

    /// <summary>Ends what does not end by itself.</summary>
    public static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public Socket Client { get; }

    public PolledStream Stream { get; }

    public static async Task<PolledPair> ConnectAsync()
    {
        Assert.SkipUnless(Poller.IsSupported, "pollers are for Linux");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!, Deadline);
        return new PolledPair(client, await listener.AcceptAsync(Deadline));
    }

    public void Dispose()
    {
        Stream.Dispose();
        Client.Dispose();
    }
}
