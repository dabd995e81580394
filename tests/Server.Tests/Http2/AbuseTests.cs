using Mesh.Server.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>Clients that make the server work for nothing. Time stands still, so that no budget comes back while they do.</summary>
public sealed class AbuseTests
{
    private const int PerWrite = 50;
    private const int MostWrites = 100_000;

    private static readonly Dictionary<string, Func<int, byte[][]>> _floods = new()
    {
        ["rapid reset"] = id => [Call(id), Reset(id)],
        ["streams that the server is made to reset"] = id => [Call(id), WindowUpdate(id, 0)],
        ["malformed requests"] = id => [Headers(id, HeaderText.Call((":late", "1")))],
        ["calls that end at once"] = id => [Headers(id, HeaderText.Request("/envoy.service.none.v3/None"), EndHeaders | EndStream)],
        ["PING"] = _ => [Ping(1)],
        ["acknowledged PING"] = _ => [Ping(1, FrameHeader.Ack)],
        ["SETTINGS"] = _ => [SettingsOf((4, 65_535))],
        ["acknowledged SETTINGS"] = _ => [SettingsAck()],
        ["empty DATA"] = _ => [Data(1, [])],
        ["DATA of padding"] = _ => [Data(1, [2, 0, 0], Padded)],
        ["WINDOW_UPDATE of the connection by 1"] = _ => [WindowUpdate(0, 1)],
        ["WINDOW_UPDATE of a stream by 1"] = _ => [WindowUpdate(1, 1)],
        ["PRIORITY"] = _ => [Of(FrameType.Priority, 0, 1, 0, 0, 0, 0, 1)],
        ["unknown frames"] = _ => [Of(0x42, 0, 0)],
        ["GOAWAY"] = _ => [Of(FrameType.GoAway, 0, 0, new byte[8])],
        ["RST_STREAM of a closed stream"] = id => id == 3 ? [Call(3), Reset(3)] : [Reset(3)],
        ["DATA of a closed stream"] = id => id == 3 ? [Call(3), WindowUpdate(3, 0)] : [Data(3, [1])],
        ["trailers of a closed stream"] = id => id == 3 ? [Call(3), WindowUpdate(3, 0)] : [Headers(3, HeaderText.Block(("a", "b")), EndHeaders | EndStream)],
        ["CONTINUATION"] = id => id == 3 ? [Headers(3, HeaderText.Call(), 0)] : [Continuation(3, HeaderText.Block(("a", "b")), 0)],
        ["empty CONTINUATION"] = id => id == 3 ? [Headers(3, [], 0)] : [Continuation(3, [], 0)],
        ["large CONTINUATION"] = id => id == 3 ? [Headers(3, [], 0)] : [Continuation(3, new byte[FrameHeader.MaxPayload], 0)],
    };

    public static TheoryData<string> Floods => [.. _floods.Keys];

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Flood_OfFramesThatLeadToNothing_EndsItsConnectionAlone(string flood)
    {
        await using var server = await StartAsync();
        using var other = await Http2Client.CallAsync(server.Address);
        using var client = await Http2Client.CallAsync(server.Address);
        var end = client.ReadUntilAsync(frame => frame.Type == FrameType.GoAway);
        var id = 1;
        for (var writes = 0; !end.IsCompleted; writes++)
        {
            Assert.True(writes < MostWrites, "nobody minded");
            await client.TrySendAsync([.. Enumerable.Range(0, PerWrite).SelectMany(_ => _floods[flood](id += 2))]);
        }

        Assert.Equal(Http2Error.EnhanceYourCalm, (await end).Error);
        await client.ReadToEndAsync();
        client.Dispose();
        Assert.InRange(server.Calls, 0, 2_100);
        await other.SettleAsync();
        Assert.DoesNotContain(other.Seen, frame => frame.Error is not null);
        other.Dispose();
        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.BufferedBytes == 0);
    }

    [Fact]
    public async Task Headers_ThatDecompressToMegabytes_AreRefusedWithoutBeingKept()
    {
        const int Field = 4_000;
        const int Times = 12_000;
        await using var server = await StartAsync();
        using var client = await Http2Client.CallAsync(server.Address);
        byte[] block = [.. HeaderText.Call(), 0x40, 1, (byte)'a', .. HeaderText.Integer(Field, 7, 0), .. new string('x', Field).Select(letter => (byte)letter), .. Enumerable.Repeat((byte)0xBE, Times)];
        Assert.InRange(block.Length, 0, RequestHead.MaxSize);
        await client.SendAsync(Headers(3, block[..10_000], 0), Continuation(3, block[10_000..]));
        var answer = await client.ReadUntilAsync(frame => frame.Type == FrameType.Headers);
        Assert.Equal(("431", true), (Trailers.Of(answer)[":status"], answer.EndsStream));
        await client.SettleAsync();
        Assert.InRange(server.BufferedBytes, 0, 8 * 1024);
    }

    [Fact]
    public async Task Streams_MoreThanThereMayBe_AreRefused()
    {
        var door = new TaskCompletionSource();
        await using var server = await StartAsync();
        server.Door = door.Task;
        using var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync([.. Enumerable.Range(1, Http2Settings.MaxStreams).Select(i => Call(1 + (2 * i)))]);
        var refused = await client.ReadUntilAsync(frame => frame.Error is not null);
        Assert.Equal((FrameType.ResetStream, 1 + (2 * Http2Settings.MaxStreams), Http2Error.RefusedStream), (refused.Type, refused.StreamId, refused.Error));
        await client.SettleAsync();
        Assert.Single(client.Seen, frame => frame.Error is not null);
    }

    [Fact]
    public async Task Client_ThatSendsForEverAndReadsNothing_IsCut()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        // More than the system takes for it: nothing more can be sent, GOAWAY neither.
        server.Publish("default.a", [.. Enumerable.Range(0, 20).Select(i => (Mesh.Protocol.Ads.XdsTypes.Cluster, $"c{i}", new string('x', 1_000_000)))]);
        using var client = await Http2Client.ConnectAsync(server.Address, receiveBuffer: 4096);
        await client.SendAsync(FrameHeader.Preface.ToArray(), SettingsOf((4, int.MaxValue)), WindowUpdate(0, int.MaxValue - Http2Settings.DefaultWindow), Call(1), Requests.First(1, "default.a"));
        await AdsServer.UntilAsync(() => server.BufferedBytes > 0);
        var pings = Enumerable.Repeat(Ping(1), 1000).ToArray();
        while (await client.TrySendAsync(pings))
        {
            // As long as it lasts: the deadline is the client's.
        }

        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.BufferedBytes == 0);
    }

    [Fact]
    public async Task Response_OfAStreamThatHasEnded_IsNotKeptForAClientThatTakesNoneOfIt()
    {
        var clock = new FakeTimeProvider();
        var options = Options() with { WriteTimeout = TimeSpan.FromSeconds(60), KeepAlivePingDelay = TimeSpan.FromDays(1) };
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, options, clock: clock);
        server.Publish("default.a", (Mesh.Protocol.Ads.XdsTypes.Cluster, "a", new string('x', 1_000_000)));
        using var client = await Http2Client.CallAsync(server.Address, (4, 0));
        await client.SendAsync(Requests.First(1, "default.a"));
        await AdsServer.UntilAsync(() => server.BufferedBytes > 30_000);
        // A message that is compressed: the stream is refused, and its end waits behind the response.
        await client.SendAsync(Data(1, [1, 0, 0, 0, 1, 0]));
        await AdsServer.UntilAsync(() => server.Streams.Count == 0);
        Assert.InRange(server.BufferedBytes, 30_000, 64_000);
        await AdsServer.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return server.BufferedBytes == 0;
        });
        var reset = await client.ReadUntilAsync(frame => frame.Error is not null);
        Assert.Equal((FrameType.ResetStream, 1, Http2Error.Cancel), (reset.Type, reset.StreamId, reset.Error));
        await client.SettleAsync();
    }

    private static Task<AdsServer> StartAsync() => AdsServer.StartAsync(AdsTransport.Sockets, Options(), clock: new FakeTimeProvider());

    private static AdsHostOptions Options() => new()
    {
        DrainWindow = TimeSpan.Zero,
        Admission = new AdmissionOptions { StartsPerSecond = 1_000_000, MaxOpening = 10_000 },
    };
}
