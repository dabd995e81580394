using Mesh.Identity.Certificates;
using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Zone.Ingest;
using Mesh.Zone.View;

namespace Mesh.Zone.Tests.View;

/// <summary>Where services in other zones and outside the mesh are reached.</summary>
public sealed class ZoneCrossingTests
{
    private const string Identity = """{"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {} } }, "provider": {"type": "Bundled"} } }""";
    private const string External = """
        {"type": "MeshExternalService", "name": "bank", "spec": {"match": {"type": "HostnameGenerator", "port": 443, "protocol": "http"},
          "endpoints": [{"address": "bank.example", "port": 443}]} }
        """;

    private readonly MeshView _empty = new("default", "default", PolicyCatalog.Default);

    [Fact]
    public void RemoteService_Endpoints_AreTheAddressesOfItsZoneInSecondPlace()
    {
        var view = Apply(_empty, Identity, ZoneProxies.Remote("b", "east"), ZoneProxies.Address("east-1", "east", "10.1.0.1"), ZoneProxies.Address("west-1", "west", "10.2.0.1")).After;

        var endpoint = Assert.Single(EndpointsOf(view, "MeshService", "b").Items);
        Assert.Equal(("10.1.0.1", 10001u, "east", 1u), (endpoint.Address, endpoint.Port, endpoint.Zone, endpoint.Priority));
        Assert.Empty(EndpointsOf(view, "MeshService", "b").Here.Items);
    }

    [Fact]
    public void RemoteService_NobodyHasAnIdentity_HasNoEndpoints()
    {
        var view = Apply(_empty, ZoneProxies.Remote("b", "east"), ZoneProxies.Address("east-1", "east", "10.1.0.1")).After;
        Assert.Empty(EndpointsOf(view, "MeshService", "b").Items);

        Assert.Single(EndpointsOf(Apply(view, Identity).After, "MeshService", "b").Items);
    }

    [Fact]
    public void ZoneAddress_Changed_ConcernsServicesOfThatZoneAlone()
    {
        var view = Apply(
            _empty,
            Identity,
            ZoneProxies.Remote("b", "east"),
            ZoneProxies.Remote("c", "west"),
            ZoneProxies.MultiZone("all-b", "b"),
            ZoneProxies.MultiZone("all-c", "c"),
            ZoneProxies.Address("east-1", "east", "10.1.0.1"),
            ZoneProxies.Address("west-1", "west", "10.2.0.1")).After;

        var change = Apply(view, ZoneProxies.Address("east-2", "east", "10.1.0.2"));

        Assert.Equal(["east"], change.Zones);
        Assert.Equal(
            [new ResourceKey("MeshMultiZoneService", "default", "all-b"), new ResourceKey("MeshService", "default", "b")],
            change.Endpoints.Order());
        Assert.Equal(2, EndpointsOf(change.After, "MeshService", "b").Items.Count);
        Assert.Empty(Apply(change.After, ZoneProxies.Address("east-2", "east", "10.1.0.2")).Zones);
    }

    [Fact]
    public void ZoneAddress_NamedByHost_HasToBeResolved()
    {
        var view = Apply(_empty, Identity, ZoneProxies.Remote("b", "east"), ZoneProxies.Address("east-1", "east", "ingress.east.example")).After;
        Assert.True(EndpointsOf(view, "MeshService", "b").HasNames);
        Assert.False(EndpointsOf(Apply(view, ZoneProxies.Address("east-1", "east", "10.1.0.1")).After, "MeshService", "b").HasNames);
    }

    [Fact]
    public void MultiZoneService_RemoteMember_CountsWhileItIsAvailable()
    {
        var view = Apply(
            _empty,
            Identity,
            MeshFixture.Service("b"),
            MeshFixture.Dataplane("b-1", "b", 1),
            ZoneProxies.Remote("b-east", "east", display: "b", state: "Unavailable"),
            ZoneProxies.MultiZone("all", "b"),
            ZoneProxies.Address("east-1", "east", "10.1.0.1")).After;
        Assert.Equal(["10.0.0.1"], EndpointsOf(view, "MeshMultiZoneService", "all").Items.Select(endpoint => endpoint.Address));
        Assert.Empty(view.FindService("MeshMultiZoneService", "all")!.Identities);

        var change = Apply(view, ZoneProxies.Remote("b-east", "east", display: "b"));

        Assert.Equal(
            [("10.0.0.1", 0u), ("10.1.0.1", 1u)],
            EndpointsOf(change.After, "MeshMultiZoneService", "all").Items.Select(endpoint => (endpoint.Address, endpoint.Priority)));
        Assert.Equal(["spiffe://default.east.mesh.local/workload/b"], change.After.FindService("MeshMultiZoneService", "all")!.Identities);
        Assert.Contains(new ResourceKey("MeshMultiZoneService", "default", "all"), change.Endpoints);
    }

    [Fact]
    public void MultiZoneService_OtherSelector_IsMadeOfOthers()
    {
        var view = Apply(
            _empty,
            Identity,
            MeshFixture.Service("b"),
            MeshFixture.Dataplane("b-1", "b", 1),
            MeshFixture.Service("c"),
            MeshFixture.Dataplane("c-1", "c", 2),
            ZoneProxies.MultiZone("all", "b")).After;

        var change = Apply(view, ZoneProxies.MultiZone("all", "c"));

        Assert.Equal(["10.0.0.2"], EndpointsOf(change.After, "MeshMultiZoneService", "all").Items.Select(endpoint => endpoint.Address));
        Assert.Equal([new ResourceKey("MeshMultiZoneService", "default", "all")], change.Endpoints);
    }

    [Fact]
    public void ExternalService_Endpoints_AreTheEgressesThatCanTellWhoCalls()
    {
        var view = Apply(
            _empty,
            """{"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {"known": "yes"} } }, "provider": {"type": "Bundled"} } }""",
            External,
            ZoneProxies.Egress("egress-1", 1, """, "known": "yes" """),
            ZoneProxies.Egress("egress-2", 2),
            ZoneProxies.Egress("egress-3", 3, """, "known": "yes" """, """, "state": "NotReady" """)).After;

        var endpoint = Assert.Single(EndpointsOf(view, "MeshExternalService", "bank").Items);
        Assert.Equal(("10.0.9.1", 10002u, "", "external"), (endpoint.Address, endpoint.Port, endpoint.Zone, endpoint.Labels["kuma.io/access"]));
        Assert.Equal(["spiffe://default.default.mesh.local/workload/egress-1"], view.FindService("MeshExternalService", "bank")!.Identities);

        var change = view.Apply(new ChangeBatch { Resources = { [new ResourceKey("Dataplane", "default", "egress-1")] = null } });
        Assert.Empty(EndpointsOf(change.After, "MeshExternalService", "bank").Items);
        Assert.False(change.After.FindService("MeshExternalService", "bank")!.IsTlsReady);
    }

    [Fact]
    public void ZoneEgress_AskedForByTheMesh_TakesCallsToOtherZones()
    {
        var view = Apply(
            _empty,
            Identity,
            """{"type": "Mesh", "name": "default", "routing": {"zoneEgress": true} }""",
            ZoneProxies.Egress("egress-1", 1),
            ZoneProxies.Remote("b-east", "east", display: "b"),
            ZoneProxies.Remote("b-west", "west", display: "b"),
            ZoneProxies.Remote("b-north", "north", display: "b"),
            ZoneProxies.MultiZone("all", "b"),
            ZoneProxies.Address("east-1", "east", "10.1.0.1"),
            ZoneProxies.Address("west-1", "west", "10.2.0.1")).After;

        Assert.Equal([("10.0.9.1", "east", 1u)], EndpointsOf(view, "MeshService", "b-east").Items.Select(endpoint => (endpoint.Address, endpoint.Zone, endpoint.Priority)));

        // Nobody knows a way into north; the egress would not either.
        Assert.Empty(EndpointsOf(view, "MeshService", "b-north").Items);

        // One egress is one endpoint, whatever zones it leads to.
        Assert.Equal([("10.0.9.1", "", 1u)], EndpointsOf(view, "MeshMultiZoneService", "all").Items.Select(endpoint => (endpoint.Address, endpoint.Zone, endpoint.Priority)));
        Assert.Equal(
            [("10.1.0.1", "east", 0u), ("10.2.0.1", "west", 0u)],
            view.WaysTo(view.FindService("MeshMultiZoneService", "all")!, "main").Items.Select(endpoint => (endpoint.Address, endpoint.Zone, endpoint.Priority)));

        var direct = Apply(view, """{"type": "Mesh", "name": "default"}""").After;
        Assert.Equal(["10.1.0.1"], EndpointsOf(direct, "MeshService", "b-east").Items.Select(endpoint => endpoint.Address));
    }

    [Fact]
    public void Trust_OneDomainInSeveralPlaces_IsJoinedWithoutWhatCannotBeRead()
    {
        using var old = CertificateAuthority.GenerateEc("old", DateTimeOffset.UnixEpoch, "east.mesh.local");
        using var young = CertificateAuthority.GenerateEc("young", DateTimeOffset.UnixEpoch, "east.mesh.local");
        using var west = CertificateAuthority.GenerateEc("west", DateTimeOffset.UnixEpoch, "west.mesh.local");
        var trust = Apply(
            _empty,
            Trust("here", "east.mesh.local", old.CertificatePem),
            Trust("from-global", "east.mesh.local", young.CertificatePem, old.CertificatePem),
            Trust("broken", "east.mesh.local", "nothing"),
            Trust("other", "west.mesh.local", west.CertificatePem),
            Trust("hopeless", "north.mesh.local", "nothing")).After.Trust;

        Assert.Equal(["east.mesh.local", "north.mesh.local", "west.mesh.local"], trust.Names);
        Assert.Equal(["east.mesh.local", "west.mesh.local"], trust.Bundles.Select(bundle => bundle.Name));
        Assert.Equal(2, trust.Bundles[0].Pem.Split("-----BEGIN").Length - 1);
        Assert.Equal(2, trust.Faults.Count);
    }

    private static string Trust(string name, string domain, params string[] pems) =>
        $$"""{"type": "MeshTrust", "name": "{{name}}", "spec": {"trustDomain": "{{domain}}", "caBundles": [{{string.Join(", ", pems.Select(Bundle))}}]} }""";

    private static string Bundle(string pem) =>
        $$$"""{"type": "Pem", "pem": {"value": "{{{pem.Replace("\n", "\\n", StringComparison.Ordinal)}}}"} }""";

    private static EndpointSet EndpointsOf(MeshView view, string kind, string name)
    {
        var service = view.FindService(kind, name)!;
        return view.EndpointsOf(service, service.Ports[0].Section);
    }

    private static ViewChange Apply(MeshView view, params string[] documents)
    {
        var batch = new ChangeBatch();
        foreach (var resource in documents.Select(MeshFixture.Read))
        {
            batch.Resources[resource.Key] = resource;
        }

        return view.Apply(batch);
    }
}
