using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;

namespace Mesh.Server.Tests.Http2;

/// <summary>What the server sends within the windows of its clients (RFC 9113, sections 5.2 and 6.9).</summary>
public sealed class FlowControlTests
{
    private const string Node = "default.windowed";

    [Theory]
    [InlineData(1, 700)]
    [InlineData(10, 5_000)]
    [InlineData(16_384, 100_000)]
    [InlineData(16_385, 100_000)]
    [InlineData(65_535, 65_535)]
    [InlineData(1_000_000, 3_000_000)]
    public async Task Response_InitialWindow_ArrivesInPiecesThatFit(int window, int size)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        var content = Content(size, 1);
        server.Publish(Node, (XdsTypes.Cluster, "a", content));
        using var client = await WindowedClient.ConnectAsync(server.Address, (uint)window);
        await client.OpenAsync(1, Node);
        while (true)
        {
            if (client.TryTake(1) is { } response)
            {
                Assert.Equal(content, Assert.Single(response.Resources).Resource_.Value.ToStringUtf8());
                return;
            }

            if (client.WindowOf(1) == 0)
            {
                await client.GrantAsync(1, window);
            }

            if (client.Window == 0)
            {
                await client.GrantAsync(0, Http2Settings.DefaultWindow);
            }

            await client.ReadAsync();
        }
    }

    [Fact]
    public async Task Response_WindowMadeNegative_GoesOnWhenItIsPositive()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Publish(Node, (XdsTypes.Cluster, "a", Content(50_000, 2)));
        using var client = await WindowedClient.ConnectAsync(server.Address, 20_000);
        await client.OpenAsync(1, Node);
        while (client.WindowOf(1) > 0)
        {
            await client.ReadAsync();
        }

        await client.ChangeAsync(5_000);
        await client.SettleAsync();
        Assert.Equal(-15_000, client.WindowOf(1));
        await client.GrantAsync(1, 15_000);
        await client.ExpectNothingAsync();
        await client.GrantAsync(1, 1);
        while (client.WindowOf(1) > 0)
        {
            await client.ReadAsync();
        }

        await client.ExpectNothingAsync();
        await client.ChangeAsync(50_000);
        while (client.TryTake(1) is null)
        {
            await client.ReadAsync();
        }
    }

    [Fact]
    public async Task Response_StreamThatTakesNothing_DoesNotStopTheOthersOfItsConnection()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Publish(Node, (XdsTypes.Cluster, "a", Content(30_000, 3)));
        using var client = await WindowedClient.ConnectAsync(server.Address, 0);
        await client.OpenAsync(1, Node);
        await client.OpenAsync(3, Node);
        await AdsServer.UntilAsync(() => server.Connections.Count == 2 && server.Connections.All(connection => connection.Stream.Status()[0].Sent == 1));
        await client.ExpectNothingAsync();
        await client.GrantAsync(3, 40_000);
        while (client.TryTake(3) is null)
        {
            await client.ReadAsync();
        }

        await client.ExpectNothingAsync();
    }

    [Fact]
    public async Task Response_SeveralStreams_TakeTurns()
    {
        const int Streams = 4;
        const int Size = 1_000_000;
        const int FramesOfATurn = 4;
        const int Rounds = 4;
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Publish(Node, (XdsTypes.Cluster, "a", Content(Size, 4)));
        using var client = await WindowedClient.ConnectAsync(server.Address, 0);
        for (var i = 0; i < Streams; i++)
        {
            await client.OpenAsync(1 + (2 * i), Node);
        }

        await AdsServer.UntilAsync(() => server.Connections.Count == Streams && server.Connections.All(connection => connection.Stream.Status()[0].Sent == 1));
        await client.ExpectNothingAsync();
        await client.ChangeAsync(2 * Size);
        for (var round = 0; round <= Rounds; round++)
        {
            var frames = new Dictionary<int, int>();
            while (client.Window > 0)
            {
                if (await client.ReadAsync() is var stream and > 0)
                {
                    frames[stream] = frames.GetValueOrDefault(stream) + 1;
                    // Who has had a turn stands behind those who wait for theirs.
                    Assert.True(frames.Count == Streams || frames[stream] <= FramesOfATurn, $"{frames[stream]} frames of stream {stream}, and some have none");
                }
            }

            // Each has a piece in line again, and the connection's window is closed.
            await AdsServer.UntilAsync(() => server.BufferedBytes > Streams * 30_000);
            await client.GrantAsync(0, Streams * FramesOfATurn * FrameHeader.MaxPayload);
        }

        await client.GrantAsync(0, Streams * Size);
        for (var open = Streams; open > 0;)
        {
            open -= await client.ReadAsync() is var stream and > 0 && client.TryTake(stream) is not null ? 1 : 0;
        }
    }

    [Theory]
    [InlineData(1, 3, 60_000)]
    [InlineData(2, 3, 60_000)]
    [InlineData(3, 3, 60_000)]
    [InlineData(4, 3, 60_000)]
    // Small enough to be sent together, in windows that are smaller still.
    [InlineData(5, 12, 300)]
    [InlineData(6, 12, 300)]
    [InlineData(7, 12, 3_000)]
    [InlineData(8, 12, 3_000)]
    public async Task Responses_AnyWindowsAndSizes_ArriveExactly(int seed, int streams, int maxSize)
    {
        const int Rounds = 6;
        var random = new Random(seed);
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await WindowedClient.ConnectAsync(server.Address, (uint)random.Next(maxSize * 2 / 3));
        for (var i = 0; i < streams; i++)
        {
            await client.OpenAsync(1 + (2 * i), Node);
        }

        for (var round = 0; round < Rounds; round++)
        {
            var resources = Enumerable.Range(0, random.Next(1, 12)).Select(i => (XdsTypes.Cluster, $"c{i}", Content(random.Next(maxSize), (100 * round) + i))).ToArray();
            server.Publish(Node, resources);
            var expected = resources.ToDictionary(resource => resource.Item2, resource => resource.Item3);
            var left = Enumerable.Range(0, streams).ToDictionary(i => 1 + (2 * i), _ => new HashSet<string>(expected.Keys));
            while (left.Values.Any(names => names.Count > 0))
            {
                await MoveAsync(client, random, left);
                foreach (var (stream, names) in left)
                {
                    while (client.TryTake(stream) is { } response)
                    {
                        foreach (var resource in response.Resources)
                        {
                            Assert.Equal(expected[resource.Name], resource.Resource_.Value.ToStringUtf8());
                            Assert.True(names.Remove(resource.Name), resource.Name + " came twice");
                        }

                        await client.Client.SendAsync(Requests.Ack(stream, response));
                    }
                }
            }
        }
    }

    /// <summary>Grants something by chance and, where the server can send, reads.</summary>
    private static async Task MoveAsync(WindowedClient client, Random random, Dictionary<int, HashSet<string>> left)
    {
        if (random.Next(20) == 0)
        {
            await client.ChangeAsync((uint)random.Next(70_000));
        }

        if (client.Window < 1)
        {
            await client.GrantAsync(0, random.Next(1, 100_000));
        }

        foreach (var (stream, _) in left.Where(entry => entry.Value.Count > 0))
        {
            if (client.WindowOf(stream) < 1)
            {
                await client.GrantAsync(stream, random.Next(1, 50_000));
            }
        }

        // Its answer comes also if a window is negative still.
        await client.Client.SendAsync(SentFrames.Ping(1));
        do
        {
            await client.ReadAsync();
        }
        while (client.Client.Seen[^1].Type != FrameType.Ping);
    }

    private static string Content(int length, int seed)
    {
        var random = new Random(seed);
        return string.Create(length, random, static (to, random) =>
        {
            foreach (ref var letter in to)
            {
                letter = (char)random.Next('a', 'z' + 1);
            }
        });
    }
}
