using System.Net.Sockets;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Testing.FakeEnvoy;

namespace Mesh.Server.Tests.Ads;

public sealed class HandshakeGateTests
{
    [Fact]
    public void Enter_AllPlacesTaken_WaitsInOrder()
    {
        var gate = new HandshakeGate(1, TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.True(gate.EnterAsync().IsCompleted);
        var (second, third) = (gate.EnterAsync(), gate.EnterAsync());
        Assert.Equal(2, gate.Waiting);
        gate.Leave();
        Assert.True(second.IsCompleted);
        Assert.False(third.IsCompleted);
        gate.Leave();
        gate.Leave();
        Assert.True(third.IsCompleted);
        Assert.True(gate.EnterAsync().IsCompleted);
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
