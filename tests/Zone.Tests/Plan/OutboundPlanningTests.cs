using Mesh.Policies.Drafts;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests.Plan;

/// <summary>Which outbounds a proxy gets.</summary>
public sealed class OutboundPlanningTests
{
    private static readonly ProxyMetadata _redirected = MeshFixture.Sidecar with
    {
        DnsPort = 15053,
        TransparentProxy = new TransparentProxySettings(15006, 15001, IpFamilyMode.IPv4),
    };

    [Fact]
    public async Task Redirection_EveryServiceWithAddress_BecomesAnOutboundWithItsPortName()
    {
        await using var mesh = await StartAsync(_redirected);
        Assert.Contains("kri_msvc_default_default__b_main", mesh.Names("a-1", "Listener"));
        Assert.Contains("self_transparentproxy_passthrough_outbound_ipv4", mesh.Names("a-1", "Cluster"));
        Assert.DoesNotContain("self_transparentproxy_passthrough_outbound_ipv6", mesh.Names("a-1", "Cluster"));

        // Nobody else is told that nothing is left to reach.
        Assert.Contains("system_dynamicconfig", mesh.Names("a-1", "Listener"));
    }

    [Fact]
    public async Task Redirection_ServiceOfAnotherZone_IsToldToTheResolverInBothFamilies()
    {
        await using var mesh = await StartAsync(_redirected with
        {
            TransparentProxy = new TransparentProxySettings(15006, 15001, IpFamilyMode.DualStack),
        });
        await mesh.PutAsync(
            """
            {"type": "MeshService", "name": "cart-x1", "labels": {"kuma.io/origin": "global", "kuma.io/zone": "east", "kuma.io/display-name": "cart"},
             "spec": {"state": "Available", "ports": [{"name": "main", "port": 80}]},
             "status": {"vips": [{"ip": "241.0.0.7"}], "addresses": [{"hostname": "cart.svc.east.mesh.local"}]} }
            """);
        await mesh.SettleAsync();

        var config = mesh.Config("a-1").ToJsonString();
        Assert.Contains("kri_msvc_default_east__cart_main", mesh.Names("a-1", "Listener"));
        Assert.Contains("cart.svc.east.mesh.local", config, StringComparison.Ordinal);
        Assert.Contains("241.0.0.7", config, StringComparison.Ordinal);
        Assert.Contains("::ffff:f100:7", config, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReachableBackends_Empty_ReachesNothing()
    {
        await using var mesh = await StartAsync(_redirected, """, "transparentProxying": {"reachableBackends": {"refs": []} }""");
        Assert.DoesNotContain(mesh.Names("a-1", "Listener"), name => name.StartsWith("kri_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BoundOutbounds_AddressOutsideLoopback_IsRefusedWithTheReason()
    {
        await using var mesh = await StartAsync(MeshFixture.Sidecar with { Features = [ProxyFeatures.BindOutbounds] });
        var fault = Assert.Single(mesh.Pipeline.FindStatus(new ProxyKey("default", "a-1"))!.Faults);
        Assert.Contains("127.0.0.0/8", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(mesh.Names("a-1", "Listener"), name => name.StartsWith("kri_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ExplicitOutbounds_TwoAddressesOfOneDestination_AreBothServed()
    {
        await using var mesh = await StartAsync(MeshFixture.Sidecar, MeshFixture.Calling("b", "b", "nobody"));
        Assert.Equal(["kri_msvc_default_default__b_8080"], mesh.Names("a-1", "Listener").Where(name => name.StartsWith("kri_", StringComparison.Ordinal)));
        var config = mesh.Config("a-1").ToJsonString();
        Assert.Contains("10001", config, StringComparison.Ordinal);
        Assert.Contains("10002", config, StringComparison.Ordinal);
        Assert.DoesNotContain("10003", config, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RouteToAnotherService_ItsEndpointsChange_ReachTheProxy()
    {
        await using var mesh = await StartAsync(MeshFixture.Sidecar, MeshFixture.Calling("b"));
        await mesh.PutAsync(
            MeshFixture.Service("c"),
            """
            {"type": "MeshHTTPRoute", "name": "r", "spec": {"to": [{"targetRef": {"kind": "MeshService", "labels": {"kuma.io/display-name": "b"}},
              "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "default": {"backendRefs": [{"kind": "MeshService", "labels": {"kuma.io/display-name": "c"}, "port": 8080}]}}]}]}}
            """);
        await mesh.SettleAsync();
        Assert.Contains("kri_msvc_default_default__c_8080", mesh.Names("a-1", "Cluster"));
        Assert.DoesNotContain("kri_msvc_default_default__b_8080", mesh.Names("a-1", "Cluster"));
        await mesh.PutAsync(MeshFixture.Dataplane("c-1", "c", 77));
        await mesh.SettleAsync();
        Assert.Contains("10.0.0.77", mesh.Config("a-1").ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<MeshFixture> StartAsync(ProxyMetadata metadata, string more = "")
    {
        var mesh = new MeshFixture();
        await mesh.PutAsync(
            """{"type": "Mesh", "name": "default"}""",
            MeshFixture.Service("b"),
            MeshFixture.Dataplane("a-1", "a", 1, more),
            MeshFixture.Dataplane("b-1", "b", 2));
        mesh.Pipeline.Start();
        mesh.Connect("a-1", metadata);
        await mesh.SettleAsync();
        return mesh;
    }
}
