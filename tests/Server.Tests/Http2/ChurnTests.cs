using System.Net.Sockets;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>Clients that come, do anything and go in any way while there is always something to push: nothing is left of them.</summary>
public sealed class ChurnTests
{
    private const int Clients = 16;
    private const int LivesOfEach = 40;
    private const int Nodes = 8;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public async Task Connections_ThatEndInAnyWayWhilePushesGo_LeaveNothingBehind(bool tls, int seed)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, new AdsHostOptions { DrainWindow = TimeSpan.Zero }, tls);
        using var done = new CancellationTokenSource();
        var publishing = Task.Run(() => PublishAsync(server, seed, done.Token));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => LiveAsync(server, new Random((100 * seed) + i)))));
        await done.CancelAsync();
        await publishing;
        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.BufferedBytes == 0);

        // Whoever comes now is served as ever.
        server.Publish("default.last", (XdsTypes.Cluster, "a", "1"));
        using var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync(Requests.First(1, "default.last"));
        await client.ReadUntilAsync(frame => frame.Type == FrameType.Data);
    }

    private static async Task PublishAsync(AdsServer server, int seed, CancellationToken done)
    {
        var random = new Random(seed);
        while (!done.IsCancellationRequested)
        {
            server.Publish($"default.node-{random.Next(Nodes)}", (XdsTypes.Cluster, "a", new string((char)random.Next('a', 'z'), random.Next(80_000))));
            await Task.Yield();
        }
    }

    private static async Task LiveAsync(AdsServer server, Random random)
    {
        for (var life = 0; life < LivesOfEach; life++)
        {
            using var client = await Http2Client.ConnectAsync(server.Address);
            try
            {
                await client.SendAsync(FrameHeader.Preface.ToArray(), InitialWindow((uint)random.Next(100_000)));
                for (int i = 0, stream = 1; i < 12; i++)
                {
                    await client.SendAsync(Move(random, ref stream));
                    for (var reads = random.Next(3); reads > 0 && client.Socket.Available > 0; reads--)
                    {
                        await client.ReadAsync();
                    }
                }
            }
            catch (Exception ended) when (ended is IOException or SocketException)
            {
                // What it did was too much.
            }

            if (random.Next(3) == 0)
            {
                // The connection is reset instead of closed.
                client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
    }

    /// <summary>What clients do, in any order; now and then what they must not.</summary>
    private static byte[][] Move(Random random, ref int stream)
    {
        var open = 1 + (2 * random.Next(Math.Max(1, stream / 2)));
        switch (random.Next(12))
        {
            case 0 when stream > 1:
                return [Reset(open)];
            case 1 when stream > 1:
                return [Data(open, [], EndStream)];
            case 2 when stream > 1:
                return [WindowUpdate(open, random.Next(1, 50_000)), WindowUpdate(0, random.Next(1, 50_000))];
            case 3:
                return [Ping((byte)random.Next(256))];
            case 4:
                return [InitialWindow((uint)random.Next(100_000))];
            case 5 when stream > 1:
                return [Data(open, [1, 0, 0, 0, 1, 0])];
            case 6 when random.Next(4) == 0:
                return [Data(stream, [0])];
            case 7:
                return [Data(open, Requests.FirstMessage("x"))[..^3]];
            default:
                var opened = stream;
                stream += 2;
                return [Call(opened), Requests.First(opened, $"default.node-{random.Next(Nodes)}")];
        }
    }
}
