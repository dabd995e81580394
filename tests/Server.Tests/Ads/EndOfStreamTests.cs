using Grpc.Core;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Tests.Http2.Clients;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Ads;

/// <summary>Ends that come late, or at an awkward moment.</summary>
public sealed class EndOfStreamTests
{
    private const string Id = "default.one";

    private static readonly AdsHostOptions _options = new()
    {
        DrainWindow = TimeSpan.Zero,
        ExpiryWindow = TimeSpan.Zero,
        WriteTimeout = TimeSpan.FromDays(45),
        KeepAlivePingDelay = Timeout.InfiniteTimeSpan,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CredentialOrAge_OfMonths_EndsTheStreamThen(bool isCredential)
    {
        var clock = new FakeTimeProvider();
        var options = _options with { MaxConnectionAge = isCredential ? TimeSpan.Zero : TimeSpan.FromDays(100) };
        // Kestrel's, which does not look at this clock each second of those months.
        await using var server = await AdsServer.StartAsync(AdsTransport.Kestrel, options, clock: clock);
        server.Expiry = isCredential ? clock.GetUtcNow() + TimeSpan.FromDays(100) : null;
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(XdsTypes.Cluster.Url);
        await stream.AcceptAsync();
        for (var month = 1; month < 4; month++)
        {
            clock.Advance(TimeSpan.FromDays(29));
            Assert.Equal(1, server.Streams.Count);
        }

        clock.Advance(TimeSpan.FromDays(29));
        var status = await stream.EndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(isCredential ? StatusCode.Unauthenticated : StatusCode.OK, status.StatusCode);
    }

    [Fact]
    public async Task End_RightBeforeAFlushBegins_DoesNotWaitForTheClient()
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Kestrel, _options);
        using var exchange = new HandMadeExchange();
        exchange.BeforeFlush = () =>
        {
            Assert.Single(server.Streams.Running).End(EndOfStream.ByServer(GrpcStatusCode.Unavailable, "elsewhere"));
            // Whoever ends it, and the loop that reads: both find nothing to cancel.
            exchange.WaitForCancels(2);
        };
        await exchange.SendAsync(Requests.FirstMessage(Id));
        var serving = server.Host.ServeAsync(exchange, StreamKind.Delta);
        // It reads by now: what it writes it writes on another thread.
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        await serving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(GrpcStatusCode.Unavailable, exchange.Status);
    }
}
