using System.Net;
using System.Net.Sockets;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Sockets;
using Mesh.Server.Tests.Tls;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Ads;

public sealed class HandshakeGateTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Enter_AllPlacesTaken_WaitsInOrder()
    {
        var gate = new HandshakeGate(1, 2, TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.True(gate.EnterAsync().IsCompleted);
        var (second, third) = (gate.EnterAsync(), gate.EnterAsync());
        Assert.Equal(2, gate.Waiting);
        gate.Leave();
        await second.WaitAsync(_deadline);
        Assert.False(third.IsCompleted);
        gate.Leave();
        gate.Leave();
        await third.WaitAsync(_deadline);
        Assert.True(gate.EnterAsync().IsCompleted);
    }

    [Fact]
    public async Task Enter_LineIsFull_IsSentAway()
    {
        var gate = new HandshakeGate(1, 1, TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.True(gate.EnterAsync().IsCompletedSuccessfully);
        var inLine = gate.EnterAsync();
        await Assert.ThrowsAsync<IOException>(() => gate.EnterAsync().WaitAsync(_deadline));
        gate.Leave();
        await inLine.WaitAsync(_deadline);
    }

    [Fact]
    public async Task Line_ForTooLong_ClientIsClosed()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets);
        var clock = new FakeTimeProvider();
        var gate = new HandshakeGate(1, 1, TimeSpan.FromSeconds(1), clock);
        await gate.EnterAsync();
        var deadlines = new Deadlines(clock);
        var greeting = new Greeting(server.Http2, new SocketsOptions { Certificate = TlsPair.Ecdsa }, gate, deadlines);
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        var meeting = greeting.MeetAsync(await listener.AcceptAsync());
        await client.SendAsync(new byte[] { 22 });
        await AdsServer.UntilAsync(() => gate.Waiting == 1);
        clock.Advance(server.Http2.Options.Admission.MaxWait);
        deadlines.Check(clock.GetTimestamp());
        // With what it said unread.
        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).WaitAsync(_deadline));
        // Its turn is the next one's.
        gate.Leave();
        Assert.Null(await meeting.WaitAsync(_deadline));
        Assert.True(gate.EnterAsync().IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(AdsTransport.Kestrel)]
    [InlineData(AdsTransport.Sockets)]
    public async Task Tls_ManySilentAndHalfClients_OthersGetIn(AdsTransport transport)
    {
        await using var server = await AdsServer.StartAsync(transport, tls: true);
        server.Publish("default.one", (XdsTypes.Cluster, "a", "1"));
        var slow = new List<Socket>();
        for (var i = 0; i < 600; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server.Address.Host, server.Address.Port);
            if (i % 2 == 0)
            {
                // The begin of a handshake that does not go on.
                await socket.SendAsync(new byte[] { 22, 3, 1 });
            }

            slow.Add(socket);
        }

        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(XdsTypes.Cluster.Url);
        await stream.AcceptAsync();
        slow.ForEach(socket => socket.Dispose());
    }
}
