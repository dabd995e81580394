using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests;

/// <summary>A change re-plans the proxies that it can touch, and no others.</summary>
public sealed class IncrementalRoundsTests : IAsyncLifetime
{
    private readonly MeshFixture _mesh = new();

    public async ValueTask InitializeAsync()
    {
        await _mesh.PutAsync(
            """{"type": "Mesh", "name": "default"}""",
            MeshFixture.Service("a"),
            MeshFixture.Service("b"),
            MeshFixture.Service("c"),
            MeshFixture.Dataplane("a-1", "a", 1, MeshFixture.Calling("b")),
            MeshFixture.Dataplane("b-1", "b", 2),
            MeshFixture.Dataplane("c-1", "c", 3, MeshFixture.Calling("a")));
        _mesh.Pipeline.Start();
        foreach (var name in new[] { "a-1", "b-1", "c-1" })
        {
            _mesh.Connect(name);
        }

        await _mesh.SettleAsync();
    }

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public void Start_ThreeProxies_ArePlannedOnceEach() => Assert.Equal(3, _mesh.Pipeline.Metrics.Plans);

    [Fact]
    public async Task Dataplane_NewEndpoint_TouchesItsCallersAlone()
    {
        var plans = await PlansOfAsync(() => _mesh.PutAsync(MeshFixture.Dataplane("b-2", "b", 22)));

        // a-1 calls b; b-2 itself is not connected.
        Assert.Equal(1, plans);
        Assert.Contains("10.0.0.22", _mesh.Config("a-1").ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.22", _mesh.Config("c-1").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_StatusCountChanges_TouchesNobody() =>
        Assert.Equal(0, await PlansOfAsync(() => _mesh.PutAsync(MeshFixture.Service("b", connected: 7))));

    [Fact]
    public async Task Policy_OfOneWorkload_TouchesItsProxiesAlone() => Assert.Equal(1, await PlansOfAsync(() => _mesh.PutAsync("""
        {"type": "MeshTimeout", "name": "slow-a", "spec": {
          "targetRef": {"kind": "Dataplane", "labels": {"kuma.io/workload": "a"}},
          "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}
        """)));

    [Fact]
    public async Task Policy_WrittenAgainAsItWas_TouchesNobody()
    {
        const string Policy = """
            {"type": "MeshTimeout", "name": "all", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}
            """;
        await _mesh.PutAsync(Policy);
        await _mesh.SettleAsync();
        Assert.Equal(0, await PlansOfAsync(() => _mesh.PutAsync(Policy)));
    }

    [Fact]
    public async Task Policy_OfTheMesh_CompilesOnceWhatDifferentWorkloadsCall()
    {
        await _mesh.PutAsync(MeshFixture.Dataplane("d-1", "d", 4, MeshFixture.Calling("b", "c")), MeshFixture.Dataplane("d-2", "d", 5, MeshFixture.Calling("b", "c")));
        _mesh.Connect("d-1");
        _mesh.Connect("d-2");
        await _mesh.SettleAsync();
        var compiles = _mesh.Pipeline.Metrics.Compiles;
        await _mesh.PutAsync("""
            {"type": "MeshTimeout", "name": "all", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}
            """);
        await _mesh.SettleAsync();

        // Clusters of a, b and c with their listeners: b is at one address for a-1, d-1 and d-2; c at the second of d-1 and d-2.
        Assert.Equal(6, _mesh.Pipeline.Metrics.Compiles - compiles);
    }

    [Fact]
    public async Task Policy_OfTheMeshAboutDestinations_PlansNoProxyFromTheBeginning()
    {
        var (plans, renewals) = (_mesh.Pipeline.Metrics.Plans, _mesh.Pipeline.Metrics.Renewals);
        await ChangeAsync(Timeout("connectionTimeout", 9));
        Assert.Equal((plans, renewals + 3), (_mesh.Pipeline.Metrics.Plans, _mesh.Pipeline.Metrics.Renewals));
        await ChangeAsync("""
            {"type": "MeshTimeout", "name": "inbounds", "spec": {"rules": [{"default": {"idleTimeout": "9s"}}]}}
            """);
        Assert.Equal((plans + 3, renewals + 3), (_mesh.Pipeline.Metrics.Plans, _mesh.Pipeline.Metrics.Renewals));
    }

    [Fact]
    public async Task Policy_ChangesWhatClustersAloneHave_CompilesNoListener()
    {
        await ChangeAsync(Timeout("connectionTimeout", 9));
        var compiles = _mesh.Pipeline.Metrics.Compiles;
        await ChangeAsync(Timeout("connectionTimeout", 8));

        // The clusters of a and b.
        Assert.Equal(2, _mesh.Pipeline.Metrics.Compiles - compiles);
        await ChangeAsync(Timeout("idleTimeout", 8));
        Assert.Equal(6, _mesh.Pipeline.Metrics.Compiles - compiles);
    }

    [Fact]
    public async Task Policy_OfAnotherWorkload_LeavesWhatIsPlanned()
    {
        await ChangeAsync(Timeout("connectionTimeout", 9));
        var destinations = _mesh.Pipeline.Metrics.Destinations;
        await ChangeAsync("""
            {"type": "MeshTimeout", "name": "slow-a", "spec": {
              "targetRef": {"kind": "Dataplane", "labels": {"kuma.io/workload": "a"}},
              "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "7s"}}]}}
            """);
        var renewals = _mesh.Pipeline.Metrics.Renewals;

        // a-1 calls one service.
        Assert.Equal(1, _mesh.Pipeline.Metrics.Destinations - destinations);
        await ChangeAsync(Timeout("connectionTimeout", 8));
        Assert.Equal(3, _mesh.Pipeline.Metrics.Renewals - renewals);
        Assert.Contains("\"7s\"", _mesh.Config("a-1").ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("\"8s\"", _mesh.Config("c-1").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outbounds_SharedByProxies_GoWithTheLast()
    {
        await _mesh.PutAsync(MeshFixture.Dataplane("d-1", "d", 4, MeshFixture.Calling("b", "c")), MeshFixture.Dataplane("d-2", "d", 5, MeshFixture.Calling("b", "c")));
        await _mesh.SettleAsync();
        var parts = _mesh.Pipeline.CompiledParts;
        var resources = _mesh.Engine.Counts.Resources;
        var one = _mesh.Connect("d-1");
        var two = _mesh.Connect("d-2");
        await _mesh.SettleAsync();
        var names = _mesh.Names("d-1", "Cluster").ToList();
        _mesh.Pipeline.Disconnect(new ProxyKey("default", "d-2"), two);
        await _mesh.SettleAsync();
        Assert.Equal(names, _mesh.Names("d-1", "Cluster"));
        _mesh.Pipeline.Disconnect(new ProxyKey("default", "d-1"), one);
        await _mesh.SettleAsync();
        Assert.Equal(parts, _mesh.Pipeline.CompiledParts);
        Assert.Equal(resources, _mesh.Engine.Counts.Resources);
    }

    [Fact]
    public async Task Policy_OfTheMesh_TouchesAllAndDeletionUndoesIt()
    {
        var before = _mesh.Config("a-1").ToJsonString();
        var plans = await PlansOfAsync(() => _mesh.PutAsync("""
            {"type": "MeshTimeout", "name": "all", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}
            """));
        Assert.Equal(3, plans);
        Assert.Contains("\"9s\"", _mesh.Config("a-1").ToJsonString(), StringComparison.Ordinal);
        await _mesh.Store.DeleteAsync(new("MeshTimeout", "default", "all"));
        await _mesh.SettleAsync();
        Assert.Equal(before, _mesh.Config("a-1").ToJsonString());
    }

    [Fact]
    public async Task Service_OutboundTargetAppearsLater_IsPickedUp()
    {
        await _mesh.PutAsync(MeshFixture.Dataplane("a-1", "a", 1, MeshFixture.Calling("b", "later")));
        await _mesh.SettleAsync();
        Assert.DoesNotContain("later", string.Join(' ', _mesh.Names("a-1", "Cluster")), StringComparison.Ordinal);
        var plans = await PlansOfAsync(() => _mesh.PutAsync(MeshFixture.Service("later")));
        Assert.Equal(1, plans);
        Assert.Contains("kri_msvc_default_default__later_8080", _mesh.Names("a-1", "Cluster"));
    }

    [Fact]
    public async Task Identity_OfOneWorkload_TouchesItsProxiesAlone() => Assert.Equal(1, await PlansOfAsync(() => _mesh.PutAsync("""
        {"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {"kuma.io/workload": "b"}}}, "provider": {"type": "Bundled"}}}
        """)));

    [Fact]
    public async Task OtherMesh_Changes_TouchNobodyHere() => Assert.Equal(0, await PlansOfAsync(() => _mesh.PutAsync(
        """{"type": "Mesh", "name": "other"}""",
        """{"type": "MeshTimeout", "mesh": "other", "name": "all", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}""")));

    [Fact]
    public async Task EqualProxies_SameSubPlans_CompileOnce()
    {
        await _mesh.PutAsync(MeshFixture.Dataplane("d-1", "d", 4, MeshFixture.Calling("b")), MeshFixture.Dataplane("d-2", "d", 5, MeshFixture.Calling("b")));
        _mesh.Connect("d-1");
        await _mesh.SettleAsync();
        var compiles = _mesh.Pipeline.Metrics.Compiles;
        _mesh.Connect("d-2");
        await _mesh.UntilAsync(() => _mesh.Pipeline.FindStatus(new ProxyKey("default", "d-2")) is { IsConfigured: true });

        // Its own address: inbound and admin. Outbound, cluster and endpoints are there already.
        Assert.Equal(2, _mesh.Pipeline.Metrics.Compiles - compiles);
    }

    [Fact]
    public async Task Disconnect_LastStream_FreesWhatOnlyThatProxyUsed()
    {
        var parts = _mesh.Pipeline.CompiledParts;
        var first = _mesh.Connect("c-1", MeshFixture.Sidecar with { AdminPort = 9999 });
        await _mesh.UntilAsync(() => _mesh.Config("c-1").ToJsonString().Contains("9999", StringComparison.Ordinal));
        _mesh.Pipeline.Disconnect(new ProxyKey("default", "c-1"), first);
        await _mesh.UntilAsync(() => _mesh.Config("c-1").ToJsonString().Contains("9901", StringComparison.Ordinal));
        Assert.Equal(parts, _mesh.Pipeline.CompiledParts);
        _mesh.Pipeline.Disconnect(new ProxyKey("default", "c-1"), 3);
        await _mesh.UntilAsync(() => _mesh.Pipeline.FindStatus(new ProxyKey("default", "c-1")) is null);
        Assert.Null(_mesh.Pipeline.GetConfig(new ProxyKey("default", "c-1")));
        Assert.True(_mesh.Pipeline.CompiledParts < parts);
    }

    private static string Timeout(string field, int seconds) =>
        $$$"""{"type": "MeshTimeout", "name": "all", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"{{{field}}}": "{{{seconds}}}s"} }]} }""";

    private async Task ChangeAsync(string document)
    {
        await _mesh.PutAsync(document);
        await _mesh.SettleAsync();
    }

    private async Task<long> PlansOfAsync(Func<Task> change)
    {
        var before = _mesh.Pipeline.Metrics.Plans + _mesh.Pipeline.Metrics.Renewals;
        await change();
        await _mesh.SettleAsync();
        return _mesh.Pipeline.Metrics.Plans + _mesh.Pipeline.Metrics.Renewals - before;
    }
}
