using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Dns;

public sealed class DnsServerTests
{
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_UdpAndTcp_AnswerTheSame()
    {
        using var server = DnsServer.Listen(0, Responder([], """{"records":[{"name":"a.mesh","ips":["241.0.0.1"]}]}"""));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_token);
        var run = server.RunAsync(stop.Token);

        Assert.Equal([IPAddress.Parse("241.0.0.1")], DnsQuery.Read(await AskUdpAsync(server.Port, DnsQuery.For("a.mesh", 1))).Addresses);
        Assert.Equal([IPAddress.Parse("241.0.0.1")], DnsQuery.Read(await AskTcpAsync(server.Port, DnsQuery.For("a.mesh", 1))).Addresses);

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Server_ForeignName_IsAskedOfNameServers()
    {
        // The "name server" is another of ours that knows the name.
        using var upstream = DnsServer.Listen(0, Responder([], """{"records":[{"name":"example.com","ips":["192.0.2.7"]}],"ttl":5}"""));
        var dead = new IPEndPoint(IPAddress.Loopback, ClosedPort());
        using var server = DnsServer.Listen(0, Responder([dead, new IPEndPoint(IPAddress.Loopback, upstream.Port)], """{"records":[]}"""));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_token);
        var runs = Task.WhenAll(upstream.RunAsync(stop.Token), server.RunAsync(stop.Token));

        Assert.Equal([IPAddress.Parse("192.0.2.7")], DnsQuery.Read(await AskUdpAsync(server.Port, DnsQuery.For("example.com", 1))).Addresses);
        Assert.Equal([IPAddress.Parse("192.0.2.7")], DnsQuery.Read(await AskTcpAsync(server.Port, DnsQuery.For("example.com", 1))).Addresses);

        await stop.CancelAsync();
        await runs;
    }

    [Fact]
    public async Task Server_GarbageThenQuestion_StillAnswers()
    {
        using var server = DnsServer.Listen(0, Responder([], """{"records":[{"name":"a.mesh","ips":["241.0.0.1"]}]}"""));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_token);
        var run = server.RunAsync(stop.Token);
        using (var garbage = new UdpClient())
        {
            await garbage.SendAsync(new byte[] { 1, 2, 3 }, new IPEndPoint(IPAddress.Loopback, server.Port), _token);
        }

        using (var half = new TcpClient())
        {
            await half.ConnectAsync(IPAddress.Loopback, server.Port, _token);
            await half.GetStream().WriteAsync(new byte[] { 255, 255, 1 }, _token);
        }

        Assert.Single(DnsQuery.Read(await AskUdpAsync(server.Port, DnsQuery.For("a.mesh", 1))).Addresses);
        Assert.Single(DnsQuery.Read(await AskTcpAsync(server.Port, DnsQuery.For("a.mesh", 1))).Addresses);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public void Listen_PortInUse_SaysWhichFlagMovesIt()
    {
        using var first = DnsServer.Listen(0, Responder([], "{}"));

        var fault = Assert.Throws<SidecarException>(() => DnsServer.Listen(first.Port, Responder([], "{}")));

        Assert.Contains("--dns-proxy-port", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ResolverConfiguration_GivesItsServers() =>
        Assert.Equal(
            [new IPEndPoint(IPAddress.Parse("10.0.0.1"), 53), new IPEndPoint(IPAddress.Parse("fe80::1"), 53)],
            NameServers.Parse("# x\nsearch a b\nnameserver 10.0.0.1\n nameserver\tfe80::1 \nnameserver nonsense\nnameserver\n"));

    private static DnsResponder Responder(IReadOnlyList<IPEndPoint> servers, string names) =>
        new(new DnsForwarder(servers, TimeSpan.FromSeconds(2), TimeProvider.System, NullLogger.Instance)) { Names = DnsNames.Parse(names) };

    private static async Task<byte[]> AskUdpAsync(ushort port, byte[] query)
    {
        using var client = new UdpClient();
        client.Connect(IPAddress.Loopback, port);
        await client.SendAsync(query, _token);
        return (await client.ReceiveAsync(_token)).Buffer;
    }

    private static async Task<byte[]> AskTcpAsync(ushort port, byte[] query)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, _token);
        await client.GetStream().WriteAsync(new byte[] { (byte)(query.Length >> 8), (byte)query.Length }.Concat(query).ToArray(), _token);
        var prefix = new byte[2];
        await client.GetStream().ReadExactlyAsync(prefix, _token);
        var answer = new byte[(prefix[0] << 8) | prefix[1]];
        await client.GetStream().ReadExactlyAsync(answer, _token);
        return answer;
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
