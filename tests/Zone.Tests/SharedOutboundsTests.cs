using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests;

/// <summary>What many proxies call is planned and compiled once, and again only where a change concerns it.</summary>
public sealed class SharedOutboundsTests : IAsyncLifetime
{
    private const int Callers = 20;

    private readonly MeshFixture _mesh = new();

    public async ValueTask InitializeAsync()
    {
        await _mesh.PutAsync(
            """{"type": "Mesh", "name": "default"}""",
            MeshFixture.Service("a"),
            MeshFixture.Service("b"),
            MeshFixture.Dataplane("a-1", "a", 1),
            MeshFixture.Dataplane("b-1", "b", 2));
        for (var i = 0; i < Callers; i++)
        {
            await _mesh.PutAsync(MeshFixture.Dataplane($"c-{i}", "c", 100 + i, MeshFixture.Calling("a", "b")));
        }

        _mesh.Pipeline.Start();
        for (var i = 0; i < Callers; i++)
        {
            _mesh.Connect($"c-{i}");
        }

        await _mesh.SettleAsync();
    }

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public void Start_EqualCallers_DestinationsArePlannedOnce() => Assert.Equal(2, _mesh.Pipeline.Metrics.Destinations);

    [Fact]
    public async Task Endpoint_Appears_OneAssignmentIsPlannedAndCompiledForAll()
    {
        var before = Counts();
        await ChangeAsync(MeshFixture.Dataplane("b-2", "b", 22));

        Assert.Equal((0, Callers, 1, 1, Callers), Since(before));
        Assert.Contains("10.0.0.22", _mesh.Config("c-7").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_AppearsAndGoes_EveryoneHasWhatTheyHad()
    {
        var before = _mesh.Config("c-3").ToJsonString();
        await ChangeAsync(MeshFixture.Dataplane("b-2", "b", 22));
        Assert.NotEqual(before, _mesh.Config("c-3").ToJsonString());
        await ChangeAsync(MeshFixture.Dataplane("b-2", "other", 22));
        Assert.Equal(before, _mesh.Config("c-3").ToJsonString());
    }

    [Fact]
    public async Task Endpoint_ChangesAfterPolicy_PolicyStays()
    {
        await ChangeAsync("""
            {"type": "MeshTimeout", "name": "all", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}
            """);
        await ChangeAsync(MeshFixture.Dataplane("b-2", "b", 22));
        var config = _mesh.Config("c-3").ToJsonString();
        Assert.Contains("10.0.0.22", config, StringComparison.Ordinal);
        Assert.Contains("\"connectTimeout\":\"9s\"", config, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointAndDataplane_ChangeTogether_OneIsPlannedAnewTheOthersRenewed()
    {
        var before = Counts();
        await ChangeAsync(MeshFixture.Dataplane("b-2", "b", 22), MeshFixture.Dataplane("c-0", "c", 200, MeshFixture.Calling("a", "b")));
        var (plans, _, destinations, _, _) = Since(before);

        // Its own address alone is another: its outbounds are those of the others.
        Assert.Equal(1, plans);
        Assert.Equal(1, destinations);
        Assert.Contains("10.0.0.200", _mesh.Config("c-0").ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("10.0.0.22", _mesh.Config("c-0").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ConnectsLater_TakesWhatIsPlanned()
    {
        await ChangeAsync(MeshFixture.Dataplane("late", "c", 99, MeshFixture.Calling("a", "b")));
        var before = Counts();
        _mesh.Connect("late");
        await _mesh.UntilAsync(() => _mesh.Pipeline.FindStatus(new ProxyKey("default", "late")) is { IsConfigured: true });
        var (plans, _, destinations, _, _) = Since(before);
        Assert.Equal((1, 0), (plans, destinations));
        Assert.Equal(_mesh.Names("c-1", "Cluster"), _mesh.Names("late", "Cluster"));
    }

    [Fact]
    public async Task StatusOfService_Written_LeavesWhatIsPlanned()
    {
        var before = Counts();
        await ChangeAsync(MeshFixture.Service("b", connected: 7), MeshFixture.Dataplane("c-0", "c", 201, MeshFixture.Calling("a", "b")));
        var (plans, renewals, destinations, _, _) = Since(before);
        Assert.Equal((1, 0, 0), (plans, renewals, destinations));
    }

    [Fact]
    public async Task Service_GetsAnotherPort_OnlyItsDestinationIsPlanned()
    {
        var before = Counts();
        await ChangeAsync(MeshFixture.Service("b").Replace("\"appProtocol\": \"http\"", "\"appProtocol\": \"tcp\"", StringComparison.Ordinal));
        var (plans, _, destinations, _, _) = Since(before);
        Assert.Equal((Callers, 1), (plans, destinations));
    }

    [Fact]
    public async Task Sidecar_AnnouncesOtherFeaturesAgainAndAgain_WhatItHadIsForgotten()
    {
        var parts = _mesh.Pipeline.CompiledParts;
        for (var i = 0; i < 200; i++)
        {
            _mesh.Connect("c-0", MeshFixture.Sidecar with { Features = [$"feature-{i}"] });
            await _mesh.Pipeline.WhenIdleAsync();
        }

        Assert.InRange(_mesh.Pipeline.KnownOutbounds("default"), 1, 100);
        Assert.InRange(_mesh.Pipeline.CompiledParts - parts, 0, 20);
    }

    private async Task ChangeAsync(params string[] documents)
    {
        await _mesh.PutAsync(documents);
        await _mesh.SettleAsync();
    }

    private (long Plans, long Renewals, long Destinations, long Compiles, long Publishes) Counts()
    {
        var metrics = _mesh.Pipeline.Metrics;
        return (metrics.Plans, metrics.Renewals, metrics.Destinations, metrics.Compiles, metrics.Publishes);
    }

    private (long Plans, long Renewals, long Destinations, long Compiles, long Publishes) Since(
        (long Plans, long Renewals, long Destinations, long Compiles, long Publishes) before)
    {
        var now = Counts();
        return (now.Plans - before.Plans, now.Renewals - before.Renewals, now.Destinations - before.Destinations,
            now.Compiles - before.Compiles, now.Publishes - before.Publishes);
    }
}
