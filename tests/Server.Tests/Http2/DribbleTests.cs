using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>
/// Clients that take a response in crumbs: each makes the server write, and must not pay for the next, or for other frames. Time stands
/// still, so that no budget comes back while they do.
/// </summary>
public sealed class DribbleTests
{
    private const string Node = "default.a";
    private const int MostRounds = 10_000;

    private static readonly Dictionary<string, (uint Window, int Streams, Func<int, byte[][]> Open)> _dribbles = new()
    {
        ["WINDOW_UPDATE of the stream by 1"] = (0, 1, _ => [WindowUpdate(1, 1)]),
        ["WINDOW_UPDATE of the stream by 1, and PING"] = (0, 1, _ => [WindowUpdate(1, 1), Ping(1)]),
        ["WINDOW_UPDATE of both by 1, and PING"] = (0, 1, _ => [WindowUpdate(1, 1), WindowUpdate(0, 1), Ping(1)]),
        ["WINDOW_UPDATE of the stream by 100, and PING"] = (0, 1, _ => [WindowUpdate(1, 100), WindowUpdate(0, 100), Ping(1)]),
        ["WINDOW_UPDATE of the connection by 1"] = (int.MaxValue, 1, _ => [WindowUpdate(0, 1)]),
        ["SETTINGS that widen many streams by 1"] = (0, 100, round => [InitialWindow((uint)round)]),
    };

    public static TheoryData<string> Dribbles => [.. _dribbles.Keys];

    [Theory]
    [MemberData(nameof(Dribbles))]
    public async Task Response_TakenInCrumbs_EndsItsConnectionAlone(string dribble)
    {
        var (window, streams, open) = _dribbles[dribble];
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, new AdsHostOptions { DrainWindow = TimeSpan.Zero }, clock: new FakeTimeProvider());
        server.Publish(Node, (XdsTypes.Cluster, "a", new string('x', 1_000_000)));
        using var other = await Http2Client.CallAsync(server.Address);
        using var client = await Http2Client.ConnectAsync(server.Address);
        await client.SendAsync([FrameHeader.Preface.ToArray(), InitialWindow(window), .. Enumerable.Range(0, streams).SelectMany(i => Begin(1 + (2 * i)))]);
        await AdsServer.UntilAsync(() => server.Connections.Count == streams && server.Connections.All(connection => connection.Stream.Status()[0].Sent == 1));
        if (window == 0)
        {
            // The connection's is not what stops them.
            await client.SendAsync(WindowUpdate(0, 10_000_000));
        }

        for (var left = window == 0 ? 0 : Http2Settings.DefaultWindow; left > 0;)
        {
            left -= (await client.ReadUntilAsync(frame => frame.Type == FrameType.Data)).Payload.Length;
        }

        for (var (round, isEnded) = (1, false); !isEnded; round++)
        {
            Assert.True(round < MostRounds, "nobody minded");
            await client.TrySendAsync(open(round));
            for (var crumbs = 0; crumbs < streams && !isEnded; crumbs++)
            {
                isEnded = (await client.ReadUntilAsync(frame => frame.Type is FrameType.Data or FrameType.GoAway)).Type == FrameType.GoAway;
            }
        }

        Assert.Equal(Http2Error.EnhanceYourCalm, client.Seen[^1].Error);
        await client.ReadToEndAsync();
        client.Dispose();
        await other.SettleAsync();
        Assert.DoesNotContain(other.Seen, frame => frame.Error is not null);
        other.Dispose();
        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.BufferedBytes == 0);
    }

    private static byte[][] Begin(int stream) => [Call(stream), Requests.First(stream, Node)];
}
