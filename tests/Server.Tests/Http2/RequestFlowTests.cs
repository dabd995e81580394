using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;

namespace Mesh.Server.Tests.Http2;

/// <summary>What the server lets its clients send, and how it cuts that into messages.</summary>
public sealed class RequestFlowTests
{
    private const string Node = "default.sender";
    private const int Chunk = 16_000;

    private static readonly XdsType[] _types = [XdsTypes.Cluster, XdsTypes.Endpoint, XdsTypes.Listener, XdsTypes.Route, XdsTypes.Secret];

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Requests_SeveralInOneFrameOrOneInSeveral_AreAllTaken(int frameSize)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.CallAsync(server.Address);
        var messages = _types.SelectMany((type, i) => Requests.Message(new DeltaDiscoveryRequest
        {
            Node = i == 0 ? new Node { Id = Node } : null,
            TypeUrl = type.Url,
            ResourceNamesSubscribe = { "one", "two" },
        })).ToArray();
        await client.SendAsync([.. messages.Chunk(frameSize).Select(piece => SentFrames.Data(1, piece))]);
        var connection = await server.ConnectionAsync();
        await AdsServer.UntilAsync(() => connection.Stream.Status().Count == _types.Length);
        await client.SettleAsync();
        Assert.DoesNotContain(client.Seen, frame => frame.Error is not null);
        await server.UntilNothingIsBufferedAsync();
    }

    [Fact]
    public async Task Request_Of60MB_GetsRoomToArrive()
    {
        const int Size = 60 * 1024 * 1024;
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Publish(Node, (XdsTypes.Cluster, "a", "1"));
        using var client = await Http2Client.CallAsync(server.Address);
        var message = Requests.Message(new DeltaDiscoveryRequest
        {
            Node = new Node { Id = Node, UserAgentName = new string('x', Size) },
            TypeUrl = XdsTypes.Cluster.Url,
        });
        var windows = new Dictionary<int, long> { [0] = Http2Settings.DefaultWindow, [1] = Http2Settings.DefaultWindow };
        client.Seen.ToList().ForEach(Count);
        for (var sent = 0; sent < message.Length;)
        {
            var length = Math.Min(Chunk, message.Length - sent);
            while (Math.Min(windows[0], windows[1]) < length)
            {
                Count(await client.ReadUntilAsync(frame => frame.Type is FrameType.WindowUpdate or FrameType.ResetStream or FrameType.GoAway));
            }

            await client.SendAsync(SentFrames.Data(1, message[sent..(sent + length)]));
            sent += length;
            windows[0] -= length;
            windows[1] -= length;
        }

        await client.ReadUntilAsync(frame => frame.Type == FrameType.Data);
        await server.UntilNothingIsBufferedAsync();

        void Count(ReceivedFrame frame)
        {
            Assert.True(frame.Error is null, frame.ToString());
            if (frame.Type == FrameType.WindowUpdate)
            {
                windows[frame.StreamId] += System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
            }
        }
    }

    [Fact]
    public async Task Request_MoreThanTheWindowOfTheStream_IsRefused()
    {
        var door = new TaskCompletionSource();
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Door = door.Task;
        using var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync([.. Fill(1, Http2Settings.DefaultWindow)]);
        await client.SettleAsync();
        Assert.DoesNotContain(client.Seen, frame => frame.Error is not null);
        await client.SendAsync(SentFrames.Data(1, [0]));
        var reset = await client.ReadUntilAsync(frame => frame.Error is not null);
        Assert.Equal((FrameType.ResetStream, 1, Http2Error.FlowControl), (reset.Type, reset.StreamId, reset.Error));
        await client.SettleAsync();
        door.SetResult();
        await server.UntilNothingIsBufferedAsync();
    }

    [Fact]
    public async Task Requests_MoreThanTheWindowOfTheConnection_EndIt()
    {
        var door = new TaskCompletionSource();
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Door = door.Task;
        using var client = await Http2Client.CallAsync(server.Address);
        const int Streams = Http2Settings.ConnectionWindow / Http2Settings.DefaultWindow;
        for (var i = 0; i <= Streams; i++)
        {
            var stream = 3 + (2 * i);
            await client.TrySendAsync([SentFrames.Call(stream), .. Fill(stream, Http2Settings.DefaultWindow)]);
        }

        var end = await client.ReadUntilAsync(frame => frame.Error is not null);
        Assert.Equal((FrameType.GoAway, Http2Error.FlowControl), (end.Type, end.Error));
        await client.ReadToEndAsync();
        client.Dispose();
        door.SetResult();
        await server.UntilNothingIsBufferedAsync();
    }

    [Fact]
    public async Task Data_OfStreamsThatEndedMeanwhile_IsGivenBackToTheConnection()
    {
        // Frames begin while their stream is open, and go on when it is not: 40 times a twentieth of the connection's window.
        const int Length = Http2Settings.ConnectionWindow / 20 / 4;
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.CallAsync(server.Address);
        for (var i = 0; i < 160; i++)
        {
            var stream = 3 + (2 * i);
            // A message that is malformed: the stream is refused while the rest of its frame is still to come.
            var frame = SentFrames.Data(stream, [1, 0, 0, 0, 1, .. new byte[Length]]);
            await client.SendAsync(SentFrames.Call(stream), frame[..20]);
            await client.ReadUntilAsync(received => received.StreamId == stream && received.EndsStream);
            await client.SendAsync(frame[20..]);
        }

        await client.SettleAsync();
        Assert.DoesNotContain(client.Seen, frame => frame.Type == FrameType.GoAway);
        await server.UntilNothingIsBufferedAsync();
    }

    [Fact]
    public async Task Data_BehindTheEndOfManyStreams_IsIgnored()
    {
        // All end before their client can know: what it sends until then breaks no rule.
        const int Streams = 900;
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.CallAsync(server.Address);
        var streams = Enumerable.Range(1, Streams).Select(i => 1 + (2 * i)).ToList();
        await client.SendAsync([.. streams.SelectMany(stream => (byte[][])[SentFrames.Call(stream), SentFrames.Data(stream, [1, 0, 0, 0, 1, 0])])]);
        for (var ended = 0; ended < Streams; ended++)
        {
            await client.ReadUntilAsync(frame => frame.EndsStream);
        }

        await client.SendAsync([.. streams.Select(stream => SentFrames.Data(stream, [0]))]);
        await client.SettleAsync();
        Assert.DoesNotContain(client.Seen, frame => frame.Error is not null and not Http2Error.None);
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 0 }, "12")]
    [InlineData(new byte[] { 0, 0x7F, 0, 0, 0, 0 }, "8")]
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 0xFF }, "3")]
    public async Task Request_Refused_LeavesNothingBehind(byte[] message, string status)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        using var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync(SentFrames.Data(1, message));
        var end = await client.ReadUntilAsync(frame => frame.EndsStream);
        Assert.Equal(status, Trailers.Of(end)["grpc-status"]);
        await client.SettleAsync();
        await server.UntilNothingIsBufferedAsync();
    }

    private static IEnumerable<byte[]> Fill(int stream, int bytes)
    {
        for (; bytes > 0; bytes -= Chunk)
        {
            yield return SentFrames.Data(stream, new byte[Math.Min(Chunk, bytes)]);
        }
    }
}
