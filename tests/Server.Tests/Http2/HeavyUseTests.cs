using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>Clients that want much, and rightly: no limit against abuse may hit them. Time stands still: what they do, they do at once.</summary>
public sealed class HeavyUseTests
{
    private const string Node = "default.busy";

    [Fact]
    public async Task Streams_AsManyAsThereMayBe_AreOpenedAtOnceAndEnd()
    {
        await using var server = await StartAsync();
        using var client = await WindowedClient.ConnectAsync(server.Address, Http2Settings.DefaultWindow);
        await client.GrantAsync(0, 10_000_000);
        server.Publish(Node, (XdsTypes.Cluster, "a", "1"));
        for (var round = 0; round < 2; round++)
        {
            var streams = Enumerable.Range(0, Http2Settings.MaxStreams).Select(i => 1 + (2 * ((round * Http2Settings.MaxStreams) + i))).ToList();
            foreach (var stream in streams)
            {
                await client.OpenAsync(stream, Node);
            }

            var responses = 0;
            while (responses < streams.Count)
            {
                var stream = await client.ReadAsync();
                responses += stream != 0 && client.TryTake(stream) is not null ? 1 : 0;
            }

            await client.Client.SendAsync([.. streams.Select(stream => Data(stream, [], EndStream))]);
            for (var ended = 0; ended < streams.Count;)
            {
                await client.ReadAsync();
                ended += client.Client.Seen[^1].EndsStream ? 1 : 0;
            }
        }

        Assert.DoesNotContain(client.Client.Seen, frame => frame.Error is not null);
    }

    [Fact]
    public async Task Streams_OneAfterTheOther_AreOpenedAndClosed()
    {
        const int Streams = 3_000;
        await using var server = await StartAsync();
        using var client = await WindowedClient.ConnectAsync(server.Address, Http2Settings.DefaultWindow);
        await client.GrantAsync(0, 10_000_000);
        server.Publish(Node, (XdsTypes.Cluster, "a", "1"));
        for (var i = 0; i < Streams; i++)
        {
            var stream = 1 + (2 * i);
            await client.OpenAsync(stream, Node);
            while (client.TryTake(stream) is null)
            {
                await client.ReadAsync();
            }

            await client.Client.SendAsync(Data(stream, [], EndStream));
            do
            {
                await client.ReadAsync();
            }
            while (!client.Client.Seen[^1].EndsStream);
            Assert.Equal("0", Trailers.Of(client.Client.Seen[^1])["grpc-status"]);
        }
    }

    [Fact]
    public async Task Pushes_EachWithAnAckAPingAndWindowUpdates_GoOn()
    {
        // gRPC clients ask for the round trip with what they receive, and widen both windows by it.
        const int Pushes = 3_000;
        await using var server = await StartAsync();
        using var client = await WindowedClient.ConnectAsync(server.Address, Http2Settings.DefaultWindow);
        await client.OpenAsync(1, Node);
        for (var i = 0; i < Pushes; i++)
        {
            server.Publish(Node, (XdsTypes.Cluster, "a", $"{i}"));
            var bytes = client.Window;
            while (true)
            {
                await client.ReadAsync();
                if (client.TryTake(1) is { } response)
                {
                    var read = (int)(bytes - client.Window);
                    await client.Client.SendAsync(Requests.Ack(1, response), Ping((byte)i));
                    await client.GrantAsync(1, read);
                    await client.GrantAsync(0, read);
                    break;
                }
            }
        }

        await client.Client.SettleAsync();
        Assert.DoesNotContain(client.Client.Seen, frame => frame.Error is not null);
        await server.UntilNothingIsBufferedAsync();
    }

    private static Task<AdsServer> StartAsync() => AdsServer.StartAsync(
        AdsTransport.Sockets,
        new AdsHostOptions { DrainWindow = TimeSpan.Zero, Admission = new AdmissionOptions { StartsPerSecond = 1_000_000, MaxOpening = 10_000 } },
        clock: new FakeTimeProvider());
}
