using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Testing.FakeEnvoy;

namespace Mesh.Server.Tests.Ads;

/// <summary>Clients that do not read: what they cost, and that others do not notice.</summary>
public abstract class StalledReaderTests(AdsTransport transport)
{
    private const int Stalled = 20;
    private const int Changes = 300;

    private static string Cds => XdsTypes.Cluster.Url;

    [Fact]
    public async Task Push_ManyChangesPastStalledReaders_NothingIsKeptForThem()
    {
        await using var server = await AdsServer.StartAsync(transport, Options());
        var stalled = await StallAsync(server);
        using var envoy = FakeEnvoy.Connect(server.Address, "default.reader");
        using var reader = envoy.OpenDelta();
        await reader.SubscribeAsync(Cds);
        await server.ConnectionAsync(Stalled);

        // The reader gets every change, each of which the stalled ones are due as well.
        for (var i = 0; i < Changes; i++)
        {
            PublishToAll(server, 300, i);
            Assert.Single((await reader.AcceptAsync()).Resources);
        }

        // What is not in the sockets is one reference to the newest snapshot. Kestrel now and then keeps a block of a pipe until its next use.
        await AdsServer.UntilAsync(
            () => server.BufferedBytes <= (transport == AdsTransport.Sockets ? 0 : Stalled * 1024),
            () => $"{server.BufferedBytes} bytes are kept; sent were {string.Join(", ", server.Connections.Select(c => c.Stream.Status()[0].Sent))}");
        Assert.All(server.Connections.Where(c => c.ProxyId != "default.reader"), c => Assert.InRange(c.Stream.Status()[0].Sent, 1, Changes / 2));
        Assert.Null(server.Connections.Single(c => c.ProxyId == "default.reader").Stream.StalledSince);
        stalled.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Push_LargeChangesPastStalledReaders_PiecesOfOneResponseAreKeptForEach()
    {
        const int Size = 2_000_000;
        await using var server = await AdsServer.StartAsync(transport, Options());
        var stalled = await StallAsync(server);
        for (var i = 0; i < 20; i++)
        {
            PublishToAll(server, Size, i);
        }

        await AdsServer.UntilAsync(() => server.Connections.All(c => c.Stream.Status()[0].Sent > 0));
        await AdsServer.UntilAsync(() => server.Connections.All(c => c.Stream.StalledSince is not null));

        // Kestrel takes a few at once.
        Assert.InRange(server.BufferedBytes, 1, Stalled * (transport == AdsTransport.Sockets ? 33 : 160) * 1024);
        stalled.ForEach(socket => socket.Dispose());
        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.BufferedBytes == 0);
    }

    private static AdsHostOptions Options() => new() { DrainWindow = TimeSpan.Zero, WriteTimeout = TimeSpan.FromMinutes(10) };

    private static async Task<List<System.Net.Sockets.Socket>> StallAsync(AdsServer server)
    {
        var stalled = new List<System.Net.Sockets.Socket>();
        for (var i = 0; i < Stalled; i++)
        {
            stalled.Add(await RawClient.ConnectAsync(server.Address, $"default.stalled-{i}"));
        }

        await server.ConnectionAsync(Stalled - 1);
        return stalled;
    }

    private static void PublishToAll(AdsServer server, int size, int version)
    {
        var content = new string((char)('a' + (version % 26)), size) + version;
        foreach (var connection in server.Connections)
        {
            server.Publish(connection.ProxyId, (XdsTypes.Cluster, "a", content));
        }
    }
}

public sealed class StalledReaderTestsOnKestrel() : StalledReaderTests(AdsTransport.Kestrel);

public sealed class StalledReaderTestsOnSockets() : StalledReaderTests(AdsTransport.Sockets);
