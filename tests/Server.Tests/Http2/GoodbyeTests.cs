using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>A server that stops: every stream gets its status, every connection a GOAWAY and an end without loss.</summary>
public sealed class GoodbyeTests
{
    private const int Streams = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_ConnectionWithStreams_GetsAllStatusesAndAnOrderlyEnd(bool tls)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        using var client = await OpenAsync(server);
        var stop = server.StopAsync();
        Expect(await client.ReadToEndAsync());
        client.Dispose();
        await stop.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_ClientThatGoesOnToSend_GetsAllStatusesAndAnOrderlyEnd(bool tls)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        using var client = await OpenAsync(server);
        var stop = server.StopAsync();
        while (client.Seen.Count(frame => frame.EndsStream) < Streams || client.Seen.All(frame => frame.Type != FrameType.GoAway))
        {
            await client.ReadUntilAsync(_ => true);
        }

        // It has not noticed yet that it is over: pings, acknowledgements, new streams, resets of old ones.
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync(Ping(1), Data(3, [0, 0, 0, 0, 0]), Call(1001 + (2 * i)), Reset(5), SettingsOf());
        }

        Expect([.. (await client.ReadToEndAsync()).Where(frame => frame.StreamId < 1000)]);
        client.Dispose();
        await stop.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Stop_ConnectionsWithoutAStreamOrACall_AreClosed()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var silent = await Http2Client.ConnectAsync(server.Address);
        using var greeted = await Http2Client.ConnectAsync(server.Address);
        await greeted.SendAsync(FrameHeader.Preface.ToArray(), SettingsOf());
        await greeted.ReadAsync();
        using var idle = await Http2Client.CallAsync(server.Address);
        await idle.SendAsync(Data(1, [], EndStream));
        await idle.ReadUntilAsync(frame => frame.EndsStream);
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Http2Error.None, (await idle.ReadToEndAsync())[^1].Error);
    }

    private static async Task<Http2Client> OpenAsync(AdsServer server)
    {
        server.Publish("default.a", (XdsTypes.Cluster, "a", "1"));
        var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync(Requests.First(1, "default.a"));
        for (var i = 1; i < Streams; i++)
        {
            await client.SendAsync(Call(1 + (2 * i)), Requests.First(1 + (2 * i), "default.a"));
        }

        for (var i = 0; i < Streams; i++)
        {
            await client.ReadUntilAsync(frame => frame.Type == FrameType.Data);
        }

        return client;
    }

    private static void Expect(IReadOnlyList<ReceivedFrame> frames)
    {
        var ends = frames.Where(frame => frame.Type == FrameType.Headers && frame.EndsStream).ToList();
        Assert.Equal(Enumerable.Range(0, Streams).Select(i => 1 + (2 * i)), ends.Select(end => end.StreamId).Order());
        Assert.All(ends, end => Assert.Equal("0", Trailers.Of(end)["grpc-status"]));
        Assert.Equal([Http2Error.None], frames.Where(frame => frame.Type == FrameType.GoAway).Select(frame => frame.Error!.Value));
    }
}
