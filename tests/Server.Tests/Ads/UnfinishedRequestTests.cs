using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Tests.Http2.Clients;

namespace Mesh.Server.Tests.Ads;

/// <summary>Clients that send a large part of a request, and not the rest.</summary>
public abstract class UnfinishedRequestTests(AdsTransport transport)
{
    private const int Size = 60_000;
    private const int Part = 40_000;
    private const int Chunk = 16_000;

    [Fact]
    public async Task Requests_PartsThatAreTooMuchTogether_AreRefusedAndWholeOnesAreNot()
    {
        await using var server = await AdsServer.StartAsync(
            transport, new AdsHostOptions { DrainWindow = TimeSpan.Zero, MaxRequestSize = Size, MaxUnfinishedRequests = 0 });
        using var one = await Http2Client.CallAsync(server.Address);
        await SendAsync(one, Request("default.one")[..Part]);
        await AdsServer.UntilAsync(() => server.Host.Unfinished.Bytes == Part);
        using var two = await Http2Client.CallAsync(server.Address);
        await SendAsync(two, Request("default.two")[..Part]);
        var end = await two.ReadUntilAsync(frame => frame.EndsStream);
        Assert.Equal("8", Trailers.Of(end)["grpc-status"]);

        // Packets cut small ones as well.
        using var small = await Http2Client.CallAsync(server.Address);
        var message = Requests.FirstMessage("default.small");
        await SendAsync(small, message[..10]);
        await small.SettleAsync();
        await SendAsync(small, message[10..]);
        Assert.Equal("default.small", (await server.ConnectionAsync()).ProxyId);

        // Who was first gets room for all of it, and leaves it to the next.
        await SendAsync(one, Request("default.one")[Part..]);
        Assert.Equal("default.one", (await server.ConnectionAsync(1)).ProxyId);
        await AdsServer.UntilAsync(() => server.Host.Unfinished.Bytes == 0);
        using var three = await Http2Client.CallAsync(server.Address);
        await SendAsync(three, Request("default.three")[..Part]);
        await AdsServer.UntilAsync(() => server.Host.Unfinished.Bytes == Part);
        three.Dispose();
        await AdsServer.UntilAsync(() => server.Host.Unfinished.Bytes == 0);
    }

    private static byte[] Request(string node) => Requests.Message(new DeltaDiscoveryRequest
    {
        Node = new Node { Id = node, UserAgentName = new string('x', Part + 1000) },
        TypeUrl = XdsTypes.Cluster.Url,
    });

    private static Task SendAsync(Http2Client client, byte[] bytes) =>
        client.SendAsync([.. bytes.Chunk(Chunk).Select(piece => SentFrames.Data(1, piece))]);
}

public sealed class UnfinishedRequestTestsOnKestrel() : UnfinishedRequestTests(AdsTransport.Kestrel);

public sealed class UnfinishedRequestTestsOnSockets() : UnfinishedRequestTests(AdsTransport.Sockets);
