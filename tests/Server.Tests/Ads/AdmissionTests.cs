using Grpc.Core;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Ads;

/// <summary>Who is let in when many come, over real connections.</summary>
public abstract class AdmissionTests(AdsTransport transport)
{
    private static string Cds => XdsTypes.Cluster.Url;

    [Fact]
    public async Task Delta_MoreThanMayOpen_WaitForTheFirstConfigurationOfOthers()
    {
        await using var server = await AdsServer.StartAsync(transport, Options(maxOpening: 1, maxWaiting: 1));
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var other = FakeEnvoy.Connect(server.Address, "default.two");
        using var one = envoy.OpenDelta();
        await one.SubscribeAsync(Cds);
        await server.ConnectionAsync();
        using var two = other.OpenDelta();
        await two.SubscribeAsync(Cds);
        await AdsServer.UntilAsync(() => server.Waiting == 1);
        using var three = other.OpenDelta();
        Assert.Equal(StatusCode.ResourceExhausted, (await three.EndAsync()).StatusCode);
        Assert.Single(server.Connections);

        server.Publish("default.two", (XdsTypes.Cluster, "b", "2"));
        server.Publish("default.one", (XdsTypes.Cluster, "a", "1"));
        await one.AcceptAsync();
        Assert.Equal("b", Assert.Single((await two.AcceptAsync()).Resources).Name);
    }

    [Fact]
    public async Task Delta_OpeningStreamEnds_NextComesIn()
    {
        await using var server = await AdsServer.StartAsync(transport, Options(maxOpening: 1, maxWaiting: 1));
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var one = envoy.OpenDelta();
        await one.SubscribeAsync(Cds);
        await server.ConnectionAsync();
        using var two = envoy.OpenDelta();
        await two.SubscribeAsync(Cds);
        await AdsServer.UntilAsync(() => server.Waiting == 1);
        one.Dispose();
        await server.ConnectionAsync(1);
    }

    [Fact]
    public async Task Delta_NoConfigurationForLong_NextComesIn()
    {
        var clock = new FakeTimeProvider();
        await using var server = await AdsServer.StartAsync(transport, Options(maxOpening: 1, maxWaiting: 1), clock: clock);
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var one = envoy.OpenDelta();
        await one.SubscribeAsync(Cds);
        await server.ConnectionAsync();
        await AdsServer.UntilAsync(() => server.Streams.All.Count == 1 && server.Engine.Counts.Proxies == 1);
        using var two = envoy.OpenDelta();
        await two.SubscribeAsync(Cds);
        await AdsServer.UntilAsync(() => server.Waiting == 1);
        clock.Advance(TimeSpan.FromSeconds(6));
        await server.ConnectionAsync(1);
    }

    [Fact]
    public async Task Stop_WhoStandsInLine_IsSentElsewhere()
    {
        await using var server = await AdsServer.StartAsync(transport, Options(maxOpening: 1, maxWaiting: 1));
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var one = envoy.OpenDelta();
        await one.SubscribeAsync(Cds);
        await server.ConnectionAsync();
        using var other = FakeEnvoy.Connect(server.Address, "default.two");
        using var two = other.OpenDelta();
        await two.SubscribeAsync(Cds);
        await AdsServer.UntilAsync(() => server.Waiting == 1);
        var stop = server.StopAsync();
        Assert.Equal(StatusCode.Unavailable, (await two.EndAsync()).StatusCode);
        await stop.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static AdsHostOptions Options(int maxOpening, int maxWaiting) => new()
    {
        Admission = new AdmissionOptions { MaxOpening = maxOpening, MaxWaiting = maxWaiting },
        DrainWindow = TimeSpan.Zero,
    };
}

public sealed class AdmissionTestsOnKestrel() : AdmissionTests(AdsTransport.Kestrel);

public sealed class AdmissionTestsOnSockets() : AdmissionTests(AdsTransport.Sockets);
