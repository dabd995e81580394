using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Tests.Ads;

/// <summary>A client whose machine is gone: its connection stays, but nothing answers.</summary>
public abstract class SilentClientTests(AdsTransport transport)
{
    private const string Id = "default.backend-1";

    [Fact]
    public async Task Delta_ClientNoLongerAnswersPings_IsTheEndBySilence()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(1),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(1),
        });
        using var client = await RawClient.ConnectAsync(server.Address, Id);
        var connection = await server.ConnectionAsync();
        await AdsServer.UntilAsync(() => connection.End is not null);
        Assert.Equal(StreamEnd.Silence, connection.End);
    }

    [Fact]
    public async Task Delta_ClientTakesNothing_IsCutAfterTheWriteTimeout()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { WriteTimeout = TimeSpan.FromMilliseconds(300) });
        using var client = await RawClient.ConnectAsync(server.Address, Id);
        var connection = await server.ConnectionAsync();
        server.Publish(Id, [.. Enumerable.Range(0, 100).Select(i => (XdsTypes.Cluster, $"c{i}", new string('x', 100_000)))]);
        await AdsServer.UntilAsync(() => connection.End is not null);
        Assert.Equal(StreamEnd.Silence, connection.End);
    }
}

public sealed class SilentClientTestsOnKestrel() : SilentClientTests(AdsTransport.Kestrel);

public sealed class SilentClientTestsOnSockets() : SilentClientTests(AdsTransport.Sockets);
