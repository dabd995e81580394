using Grpc.Core;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Ads;

/// <summary>How streams and connections end from our side.</summary>
public abstract class DrainTests(AdsTransport transport)
{
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(40);

    /// <summary>That a client has taken a response may be seen later than that it has answered it.</summary>
    private static readonly TimeSpan _never = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _clock = new();

    private static string Cds => XdsTypes.Cluster.Url;

    [Fact]
    public async Task Stop_ManyStreams_EndOkSpreadOverTheWindow()
    {
        const int Count = 4;
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { DrainWindow = _window }, clock: _clock);
        server.Publish("default.one", (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        var ends = new List<Task<Status>>();
        for (var i = 0; i < Count; i++)
        {
            var stream = envoy.OpenDelta();
            await stream.SubscribeAsync(Cds);
            await stream.AcceptAsync();
            ends.Add(stream.EndAsync());
        }

        var stop = server.StopAsync();
        for (var ended = 1; ended <= Count; ended++)
        {
            await AdsServer.UntilAsync(() => ends.Count(e => e.IsCompleted) == ended && server.Streams.Count == Count - ended);
            _clock.Advance(_window / Count);
        }

        // Kestrel closes the connection behind the last one so that this client may lose a status that it has not read.
        var statuses = await Task.WhenAll(ends);
        var least = transport == AdsTransport.Sockets ? Count : Count - 1;
        Assert.InRange(statuses.Count(status => status.StatusCode == StatusCode.OK), least, Count);
        await stop.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(server.Connections, connection => Assert.Equal(StreamEnd.Server, connection.End));
    }

    [Fact]
    public async Task Stop_ConnectionsOfStreamsThatGoOn_AreToldToGo()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { DrainWindow = _window }, clock: _clock);
        var envoys = Enumerable.Range(0, 2).Select(i => FakeEnvoy.Connect(server.Address, $"default.e{i}")).ToList();
        var ends = new List<Task<Status>>();
        foreach (var envoy in envoys)
        {
            var stream = envoy.OpenDelta();
            await stream.SubscribeAsync(Cds);
            ends.Add(stream.EndAsync());
        }

        await server.ConnectionAsync(1);
        var stop = server.StopAsync();
        await AdsServer.UntilAsync(() => ends.Count(e => e.IsCompleted) == 1);

        // GOAWAY came: a new stream of the other client is not opened on the connection that still serves the old one.
        var staying = envoys[ends.FindIndex(e => !e.IsCompleted)];
        await AdsServer.UntilAsync(() => IsTurnedAway(staying, server));
        Assert.Equal(2, server.Ports.Count);
        _clock.Advance(_window);
        var statuses = await Task.WhenAll(ends);
        if (transport == AdsTransport.Sockets)
        {
            Assert.All(statuses, status => Assert.Equal(StatusCode.OK, status.StatusCode));
        }

        await stop.WaitAsync(TimeSpan.FromSeconds(60));
        envoys.ForEach(envoy => envoy.Dispose());
    }

    [Fact]
    public async Task MaxConnectionAge_Reached_EndsAndTheNextStreamComesOnANewConnection()
    {
        var age = TimeSpan.FromMinutes(10);
        await using var server = await AdsServer.StartAsync(
            transport,
            new AdsHostOptions { DrainWindow = TimeSpan.Zero, MaxConnectionAge = age, KeepAlivePingDelay = Timeout.InfiniteTimeSpan, WriteTimeout = _never }, clock: _clock);
        server.Publish("default.one", (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        await stream.AcceptAsync();
        await AdsServer.UntilAsync(() => server.Connections.First().AcceptedCount == 1);
        _clock.Advance(age * 0.89);
        Assert.Equal(1, server.Streams.Count);
        _clock.Advance(age * 0.22);
        await stream.EndAsync();
        await AdsServer.UntilAsync(() => server.Connections.First().End == StreamEnd.Server, () => $"the stream ended with {server.Connections.First().End}");
        using var next = envoy.OpenDelta();
        await next.SubscribeAsync(Cds);
        await next.AcceptAsync();
        Assert.Equal(2, server.Ports.Count);
    }

    [Fact]
    public async Task MaxConnectionAge_HealthStreamOfTheConnection_EndsToo()
    {
        var age = TimeSpan.FromMinutes(10);
        await using var server = await AdsServer.StartAsync(
            transport,
            new AdsHostOptions { DrainWindow = TimeSpan.Zero, MaxConnectionAge = age, KeepAlivePingDelay = Timeout.InfiniteTimeSpan, WriteTimeout = _never }, clock: _clock);
        server.Publish("default.one", (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, "default.one");
        using var health = envoy.OpenHealth();
        await health.SendRawAsync(new() { HealthCheckRequest = new() { Node = envoy.Node } });
        server.Specifiers.Writer.TryWrite(new());
        await health.ReadAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        // Its age counts from before its first response.
        await stream.AcceptAsync();
        _clock.Advance(age * 1.11);
        // With Kestrel the one that ends last may lose its status with the connection.
        StatusCode[] statuses = [(await stream.EndAsync()).StatusCode, (await health.EndAsync()).StatusCode];
        Assert.InRange(statuses.Count(status => status == StatusCode.OK), transport == AdsTransport.Sockets ? 2 : 1, 2);
    }

    private static bool IsTurnedAway(FakeEnvoy envoy, AdsServer server)
    {
        var calls = server.Calls;
        using var stream = envoy.OpenDelta();
        var status = stream.EndAsync().GetAwaiter().GetResult();
        return status.StatusCode == StatusCode.Unavailable && server.Calls == calls;
    }
}

public sealed class DrainTestsOnKestrel() : DrainTests(AdsTransport.Kestrel);

public sealed class DrainTestsOnSockets() : DrainTests(AdsTransport.Sockets);
