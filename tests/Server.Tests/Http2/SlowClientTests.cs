using System.Net.Sockets;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Http2.Clients;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;

namespace Mesh.Server.Tests.Http2;

/// <summary>Clients that begin something and do not end it.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan _step = TimeSpan.FromSeconds(1);
    private static readonly byte[] _helloOfTls = [0x16, 3, 1, 2, 0, 1];

    private static readonly Dictionary<string, (bool Tls, byte[] Begin, int Seconds)> _stages = new()
    {
        ["nothing"] = (false, [], 30),
        ["nothing, before TLS"] = (true, [], 10),
        ["half a hello of TLS"] = (true, _helloOfTls, 10),
        ["half the preface"] = (false, FrameHeader.Preface[..10].ToArray(), 30),
        ["the preface"] = (false, FrameHeader.Preface.ToArray(), 30),
        ["settings and pings"] = (false, [.. FrameHeader.Preface, .. SettingsOf(), .. Ping(1)], 30),
        ["half a header block"] = (false, [.. FrameHeader.Preface, .. SettingsOf(), .. Call(1)[..40]], 30),
        ["a header block without its end"] = (false, [.. FrameHeader.Preface, .. SettingsOf(), .. Call(1, 0)], 30),
    };

    public static TheoryData<string> Stages => [.. _stages.Keys];

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Begin_WithoutAnEnd_IsCutInTime(string stage)
    {
        var (tls, begin, seconds) = _stages[stage];
        var clock = new FakeTimeProvider();
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls, clock: clock);
        using var socket = await ConnectAsync(server);
        await socket.SendAsync(begin);
        var closed = ReadToEndAsync(socket);
        var passed = TimeSpan.Zero;
        await AdsServer.UntilAsync(() =>
        {
            clock.Advance(_step);
            passed += _step;
            return closed.IsCompleted;
        });
        // It cannot be earlier; how much later the server sees it, this clock does not tell.
        Assert.InRange(passed.TotalSeconds, seconds, double.MaxValue);
        await server.UntilNothingIsBufferedAsync();
    }

    [Fact]
    public async Task Frames_WithoutAnEndAndWithoutAStream_AreCutInTime()
    {
        var clock = new CountingClock();
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, clock: clock);
        using var client = await Http2Client.CallAsync(server.Address);
        await client.SendAsync(Data(1, [], EndStream));
        await client.ReadUntilAsync(frame => frame.EndsStream);
        // A frame of 16 KiB, of which a byte comes now and then.
        await client.SendAsync(Of(FrameType.Headers, 0, 3, new byte[FrameHeader.MaxPayload])[..FrameHeader.Size]);
        Assert.InRange(server.BufferedBytes, 0, 8 * 1024);
        var closed = client.ReadToEndAsync();
        var passed = TimeSpan.Zero;
        var asked = clock.Asked;
        while (!closed.IsCompleted && await client.TrySendAsync([0]))
        {
            // The server hears a byte when it asks what time it is.
            await AdsServer.UntilAsync(() => closed.IsCompleted || clock.Asked != asked);
            Assert.InRange(passed, TimeSpan.Zero, TimeSpan.FromHours(1));
            clock.Advance(_step);
            passed += _step;
            await AdsServer.UntilAsync(() => closed.IsCompleted || client.Socket.Available == 0);
            asked = clock.Asked;
        }

        Assert.InRange(passed, TimeSpan.FromMinutes(9), TimeSpan.FromHours(1));
        client.Dispose();
        await server.UntilNothingIsBufferedAsync();
    }

    [Fact]
    public async Task Response_TakenPieceByPiece_IsNotCutHoweverLongItTakes()
    {
        const int Size = 500_000;
        const int Step = 40_000;
        var clock = new FakeTimeProvider();
        var options = new AdsHostOptions { WriteTimeout = TimeSpan.FromSeconds(60), KeepAlivePingDelay = TimeSpan.FromDays(1) };
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, options, clock: clock);
        server.Publish("default.a", (XdsTypes.Cluster, "a", new string('x', Size)));
        using var client = await Http2Client.CallAsync(server.Address, (4, 0));
        await client.SendAsync(WindowUpdate(0, int.MaxValue - Http2Settings.DefaultWindow), Requests.First(1, "default.a"));
        await AdsServer.UntilAsync(() => server.BufferedBytes > 0);
        var (taken, passed) = (0, TimeSpan.Zero);
        while (taken < Size)
        {
            // Twice this is less than what a piece may take: that the last one was taken is yet to be seen.
            clock.Advance(TimeSpan.FromSeconds(25));
            passed += TimeSpan.FromSeconds(25);
            await client.SendAsync(WindowUpdate(1, Step));
            for (var end = taken + Step; taken < Math.Min(end, Size);)
            {
                var frame = await client.ReadUntilAsync(frame => frame.Type == FrameType.Data || frame.Error is not null);
                Assert.Null(frame.Error);
                taken += frame.Payload.Length;
            }

            // The block with which the window was read is given back beside this.
            await AdsServer.UntilAsync(() => server.BufferedBytes <= 33 * 1024, () => $"{server.BufferedBytes} bytes are kept");
        }

        Assert.InRange(passed, TimeSpan.FromMinutes(4), TimeSpan.MaxValue);
        Assert.Equal(1, server.Streams.Count);
    }

    [Fact]
    public async Task Response_StreamEndsWithinIt_IsNotEndedAsIfAllWereWell()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        server.Publish("default.a", (XdsTypes.Cluster, "a", new string('x', 500_000)));
        using var client = await Http2Client.CallAsync(server.Address, (4, 0));
        await client.SendAsync(Requests.First(1, "default.a"));
        await AdsServer.UntilAsync(() => server.BufferedBytes > 30_000);
        await client.SendAsync(Data(1, [], EndStream));
        await AdsServer.UntilAsync(() => server.Streams.Count == 0);
        await client.SendAsync(WindowUpdate(1, 60_000));
        var end = await client.ReadUntilAsync(frame => frame.EndsStream);
        Assert.Equal("14", Trailers.Of(end)["grpc-status"]);
        await server.UntilNothingIsBufferedAsync();
    }

    internal static async Task<Socket> ConnectAsync(AdsServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        return socket;
    }

    private static async Task ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[1000];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // What it says before it closes does not matter here.
            }
        }
        catch (SocketException)
        {
            // It closed with bytes that it had not read.
        }
    }

    /// <summary>Counts who asks it.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _asked);
            return base.GetTimestamp();
        }
    }
}
