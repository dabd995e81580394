using System.Text.Json.Nodes;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests.Plan;

/// <summary>What zone proxies listen on, and what calls through them are given.</summary>
public sealed class ZoneListenerPlanningTests : IAsyncDisposable
{
    private const string TheMesh = """{"type": "Mesh", "name": "default"}""";
    private const string ThroughEgress = """{"type": "Mesh", "name": "default", "routing": {"zoneEgress": true} }""";
    private const string Identity = """{"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {} } }, "provider": {"type": "Bundled"} } }""";
    private const string Pem = "-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE-----\\n";

    private readonly MeshFixture _mesh = new();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task Ingress_ServicesOfItsZone_ArePassedOnByServerName()
    {
        await StartAsync(
            [
                TheMesh, Identity, MeshFixture.Service("b"), MeshFixture.Dataplane("b-1", "b", 1), ZoneProxies.Remote("b-east", "east", display: "b"),
                ZoneProxies.Address("east", "east", "10.1.0.1"), ZoneProxies.MultiZone("all", "b"), External(), ZoneProxies.Ingress("in-1", 1),
            ],
            "in-1");

        Assert.Equal(
            ["sni.msvc.default.default.b.main", "sni.mzsvc.default.all.main"],
            Chains("in-1", "self_zoneingress_dp_in").Select(chain => chain!["filterChainMatch"]!["serverNames"]![0]!.ToString()));
        Assert.All(Chains("in-1", "self_zoneingress_dp_in"), chain => Assert.Null(chain!["transportSocket"]));

        // What comes from other zones is not sent to others again.
        var assignment = Resource("in-1", "ClusterLoadAssignment", "kri_mzsvc_default___all_main").ToJsonString();
        Assert.Contains("10.0.0.1", assignment, StringComparison.Ordinal);
        Assert.DoesNotContain("10.1.0.1", assignment, StringComparison.Ordinal);
        Assert.Null(Resource("in-1", "Cluster", "kri_msvc_default_default__b_main")["transportSocket"]);
    }

    [Fact]
    public async Task Egress_WithoutIdentity_LeavesExternalServicesOutAndSaysWhy()
    {
        await StartAsync([TheMesh, External(), ZoneProxies.Egress("out-1", 1)], "out-1");

        Assert.DoesNotContain("self_zoneegress_dp_out", _mesh.Names("out-1", "Listener"));
        var fault = Assert.Single(Faults("out-1"));
        Assert.Equal("self_zoneegress_dp_out", fault.Part);
        Assert.Contains("no MeshIdentity selects this proxy", fault.Message, StringComparison.Ordinal);

        await _mesh.PutAsync(Identity);
        await _mesh.SettleAsync();

        Assert.Empty(Faults("out-1"));
        var chain = Assert.Single(Chains("out-1", "self_zoneegress_dp_out"))!;
        Assert.Equal("sni.extsvc.default.default.bank.443", chain["filterChainMatch"]!["serverNames"]![0]!.ToString());
        Assert.True(chain["transportSocket"]!["typedConfig"]!["requireClientCertificate"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("Secured", true, true)]
    [InlineData("SkipSAN", true, false)]
    [InlineData("SkipCA", false, false)]
    [InlineData("SkipAll", false, false)]
    public async Task Egress_VerificationMode_DecidesWhatIsChecked(string mode, bool checksAuthority, bool checksNames)
    {
        await StartAsync(
            [TheMesh, Identity, External($$""", "tls": {"enabled": true, "version": {"min": "TLS12"}, "verification": {"mode": "{{mode}}"} }"""), ZoneProxies.Egress("out-1", 1)],
            "out-1");

        var context = Resource("out-1", "Cluster", "kri_extsvc_default_default__bank_443")["transportSocketMatches"]![0]!["transportSocket"]!["typedConfig"]!;
        Assert.Equal("bank.example", context["sni"]!.ToString());
        Assert.Equal("TLSv1_2", context["commonTlsContext"]!["tlsParams"]!["tlsMinimumProtocolVersion"]!.ToString());
        var validation = context["commonTlsContext"]!["validationContext"];
        Assert.Equal(checksAuthority ? "/etc/system.pem" : null, validation?["trustedCa"]!["filename"]!.ToString());
        Assert.Equal(checksNames ? "bank.example" : null, validation?["matchTypedSubjectAltNames"]?[0]!["matcher"]!["exact"]!.ToString());
    }

    [Fact]
    public async Task Egress_ClientCertificateInSecrets_FollowsThem()
    {
        await StartAsync(
            [
                TheMesh,
                Identity,
                External("""
                    , "tls": {"enabled": true, "verification": {"mode": "SkipAll",
                      "clientCert": {"type": "Secret", "secretRef": {"kind": "Secret", "name": "cert"} },
                      "clientKey": {"type": "Secret", "secretRef": {"kind": "Secret", "name": "key"} } } }
                    """),
                Secret("key", Pem),
                ZoneProxies.Egress("out-1", 1),
            ],
            "out-1");
        var fault = Assert.Single(Faults("out-1"));
        Assert.Equal("clientCert: Secret cert is missing or empty", fault.Message);
        Assert.DoesNotContain("kri_extsvc_default_default__bank_443", _mesh.Names("out-1", "Cluster"));

        await _mesh.PutAsync(Secret("cert", Pem));
        await _mesh.SettleAsync();

        Assert.Empty(Faults("out-1"));
        var context = Resource("out-1", "Cluster", "kri_extsvc_default_default__bank_443")["transportSocketMatches"]![0]!["transportSocket"]!["typedConfig"]!;
        Assert.NotNull(context["commonTlsContext"]!["tlsCertificates"]);

        // Who reads no secret is left alone when another one changes.
        var plans = _mesh.Pipeline.Metrics.Plans;
        await _mesh.PutAsync(Secret("unrelated", Pem));
        await _mesh.SettleAsync();
        Assert.Equal(plans, _mesh.Pipeline.Metrics.Plans);
    }

    [Fact]
    public async Task Egress_NoAuthorityToTrust_LeavesTheServiceOut()
    {
        await _mesh.PutAsync(TheMesh, Identity, External(""", "tls": {"enabled": true}"""), ZoneProxies.Egress("out-1", 1));
        _mesh.Pipeline.Start();
        _mesh.Connect("out-1", MeshFixture.Sidecar with { SystemCaPath = "" });
        await _mesh.SettleAsync();

        Assert.Contains("no authority is given", Assert.Single(Faults("out-1")).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("self_zoneegress_dp_out", _mesh.Names("out-1", "Listener"));
    }

    [Fact]
    public async Task Egress_SeveralHostsWithoutServerName_EachIsAskedByItsOwn()
    {
        await StartAsync(
            [
                TheMesh,
                Identity,
                """
                {"type": "MeshExternalService", "name": "bank", "spec": {"match": {"port": 443, "protocol": "http"},
                  "endpoints": [{"address": "a.example", "port": 443}, {"address": "b.example", "port": 443, "priority": 1}],
                  "tls": {"enabled": true} } }
                """,
                ZoneProxies.Egress("out-1", 1),
            ],
            "out-1");

        var cluster = Resource("out-1", "Cluster", "kri_extsvc_default_default__bank_443");
        Assert.Equal("STRICT_DNS", cluster["type"]!.ToString());
        Assert.Equal(["a.example", "b.example"], cluster["transportSocketMatches"]!.AsArray().Select(match => match!["transportSocket"]!["typedConfig"]!["sni"]!.ToString()));
        Assert.Equal(["a.example", "b.example"], cluster["transportSocketMatches"]!.AsArray().Select(match => match!["match"]!["host"]!.ToString()));
        Assert.Equal(
            ["a.example", "b.example"],
            cluster["loadAssignment"]!["endpoints"]!.AsArray().Select(
                locality => locality!["lbEndpoints"]![0]!["metadata"]!["filterMetadata"]!["envoy.transport_socket_match"]!["host"]!.ToString()));
        Assert.Equal(1, cluster["loadAssignment"]!["endpoints"]![1]!["priority"]!.GetValue<int>());
    }

    [Fact]
    public async Task Proxy_InboundsAndBothListeners_KeepsItsClustersApart()
    {
        var proxy = """
            {"type": "Dataplane", "name": "all-in-one", "labels": {"kuma.io/workload": "b"},
             "networking": {"address": "10.0.9.1", "inbound": [{"port": 8080, "name": "main", "protocol": "http"}],
               "outbound": [{"port": 20001, "backendRef": {"kind": "MeshExternalService", "name": "bank", "port": 443} }],
               "listeners": [{"type": "ZoneIngress", "port": 10001, "name": "in"}, {"type": "ZoneEgress", "port": 10002, "name": "out"}]} }
            """;
        await StartAsync(
            [
                ThroughEgress, Identity, MeshFixture.Service("b"), External(), ZoneProxies.Remote("b-east", "east", display: "b"),
                ZoneProxies.MultiZone("all", "b"), ZoneProxies.Address("east", "east", "10.1.0.1"), proxy,
            ],
            "all-in-one");

        Assert.Empty(Faults("all-in-one"));
        Assert.Contains("self_inbound_dp_main", _mesh.Names("all-in-one", "Listener"));
        Assert.Equal("EDS", Resource("all-in-one", "Cluster", "kri_extsvc_default_default__bank_443")["type"]!.ToString());
        Assert.Equal("STRICT_DNS", Resource("all-in-one", "Cluster", "self_zoneegress_dp_kri_extsvc_default_default__bank_443")["type"]!.ToString());
        Assert.Contains("10.0.9.1", Resource("all-in-one", "ClusterLoadAssignment", "kri_mzsvc_default___all_main").ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("10.1.0.1", Resource("all-in-one", "ClusterLoadAssignment", "self_zoneegress_dp_kri_mzsvc_default___all_main").ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(
            "self_zoneegress_dp_kri_extsvc_default_default__bank_443",
            Chains("all-in-one", "self_zoneegress_dp_out")[0]!.ToJsonString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Egress_TrafficToOtherZones_IsPassedOnWhereTheMeshSaysSo()
    {
        await StartAsync(
            [TheMesh, Identity, ZoneProxies.Remote("b", "east"), ZoneProxies.Address("east", "east", "10.1.0.1"), ZoneProxies.Egress("out-1", 1)], "out-1");
        Assert.DoesNotContain("self_zoneegress_dp_out", _mesh.Names("out-1", "Listener"));

        await _mesh.PutAsync(ThroughEgress);
        await _mesh.SettleAsync();

        var chain = Assert.Single(Chains("out-1", "self_zoneegress_dp_out"))!;
        Assert.Equal("sni.msvc.default.east.b.main", chain["filterChainMatch"]!["serverNames"]![0]!.ToString());
        Assert.Null(chain["transportSocket"]);
        Assert.Contains("10.1.0.1", Resource("out-1", "ClusterLoadAssignment", "kri_msvc_default_east__b_main").ToJsonString(), StringComparison.Ordinal);

        await _mesh.PutAsync(ZoneProxies.Address("east", "east", "10.1.0.2"));
        await _mesh.SettleAsync();
        Assert.Contains("10.1.0.2", Resource("out-1", "ClusterLoadAssignment", "kri_msvc_default_east__b_main").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_ExternalService_TrustsTheEgressAloneAndReachesNothingWithoutOne()
    {
        await StartAsync([TheMesh, Identity, External(), Calling("MeshExternalService", "bank", 443)], "a-1");
        Assert.Null(Resource("a-1", "Cluster", "kri_extsvc_default_default__bank_443")["transportSocket"]);
        Assert.Null(Resource("a-1", "ClusterLoadAssignment", "kri_extsvc_default_default__bank_443")["endpoints"]);

        await _mesh.PutAsync(ZoneProxies.Egress("out-1", 1));
        await _mesh.SettleAsync();

        var tls = Resource("a-1", "Cluster", "kri_extsvc_default_default__bank_443")["transportSocket"]!["typedConfig"]!;
        Assert.Equal("sni.extsvc.default.default.bank.443", tls["sni"]!.ToString());
        Assert.Contains("spiffe://default.default.mesh.local/workload/out-1", tls.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("10.0.9.1", Resource("a-1", "ClusterLoadAssignment", "kri_extsvc_default_default__bank_443").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_WayNamedByHost_IsResolvedByEnvoy()
    {
        await StartAsync(
            [
                TheMesh, Identity, ZoneProxies.Remote("b", "east"), ZoneProxies.Address("east", "east", "ingress.east.example"), Calling("MeshService", "b", 8080),
            ],
            "a-1");

        var cluster = Resource("a-1", "Cluster", "kri_msvc_default_east__b_8080");
        Assert.Equal("STRICT_DNS", cluster["type"]!.ToString());
        Assert.Contains("ingress.east.example", cluster["loadAssignment"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("kri_msvc_default_east__b_8080", _mesh.Names("a-1", "ClusterLoadAssignment"));
        Assert.Equal("sni.msvc.default.east.b.main", cluster["transportSocket"]!["typedConfig"]!["sni"]!.ToString());
    }

    [Fact]
    public async Task Caller_WithoutIdentity_IsLeftInItsZone()
    {
        await StartAsync(
            [
                TheMesh,
                """{"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {"kuma.io/workload": "other"} } }, "provider": {"type": "Bundled"} } }""",
                MeshFixture.Service("b"), MeshFixture.Dataplane("b-1", "b", 1), ZoneProxies.Remote("b-east", "east", display: "b"),
                ZoneProxies.Address("east", "east", "10.1.0.1"), ZoneProxies.MultiZone("all", "b"), Calling("MeshMultiZoneService", "all", 8080),
            ],
            "a-1");

        var assignment = Resource("a-1", "ClusterLoadAssignment", "kri_mzsvc_default___all_8080").ToJsonString();
        Assert.Contains("10.0.0.1", assignment, StringComparison.Ordinal);
        Assert.DoesNotContain("10.1.0.1", assignment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_OfCrossings_TouchTheProxiesConcernedAlone()
    {
        await StartAsync(
            [
                TheMesh, Identity, MeshFixture.Service("b"), MeshFixture.Dataplane("b-1", "b", 1), MeshFixture.Dataplane("c-1", "c", 2, MeshFixture.Calling("b")),
                ZoneProxies.Remote("r", "east"), ZoneProxies.Address("east", "east", "10.1.0.1"), External(), Calling("MeshService", "r", 8080),
                ZoneProxies.Ingress("in-1", 1), ZoneProxies.Egress("out-1", 2),
            ],
            "a-1", "b-1", "c-1", "in-1", "out-1");

        // The caller of the zone; of the local service its caller and the ingress; of the outside the egress; then itself.
        Assert.Equal(1, await PlansOfAsync(ZoneProxies.Address("east", "east", "10.1.0.9")));
        Assert.Equal(2, await PlansOfAsync(MeshFixture.Dataplane("b-2", "b", 22)));
        Assert.Equal(1, await PlansOfAsync(External(port: 8443)));
        Assert.Equal(1, await PlansOfAsync(MeshFixture.Service("d")));
        Assert.Equal(0, await PlansOfAsync(ZoneProxies.Remote("s", "east")));
        Assert.Equal(1, await PlansOfAsync(ZoneProxies.Remote("r", "east", state: "Unavailable")));
    }

    private async Task<long> PlansOfAsync(string document)
    {
        var before = _mesh.Pipeline.Metrics.Plans + _mesh.Pipeline.Metrics.Renewals;
        await _mesh.PutAsync(document);
        await _mesh.SettleAsync();
        return _mesh.Pipeline.Metrics.Plans + _mesh.Pipeline.Metrics.Renewals - before;
    }

    private async Task StartAsync(string[] documents, params string[] proxies)
    {
        await _mesh.PutAsync(documents);
        _mesh.Pipeline.Start();
        foreach (var proxy in proxies)
        {
            _mesh.Connect(proxy, MeshFixture.Sidecar with { SystemCaPath = "/etc/system.pem" });
        }

        await _mesh.SettleAsync();
    }

    private IReadOnlyList<Mesh.Zone.Plan.PlanFault> Faults(string proxy) => _mesh.Pipeline.FindStatus(new ProxyKey("default", proxy))!.Faults;

    private JsonNode Resource(string proxy, string type, string name) =>
        _mesh.Config(proxy).First(pair => pair.Key.EndsWith("." + type, StringComparison.Ordinal)).Value![name]!;

    private JsonArray Chains(string proxy, string listener) => Resource(proxy, "Listener", listener)["filterChains"]!.AsArray();

    private static string External(string more = "", int port = 443) => $$$"""
        {"type": "MeshExternalService", "name": "bank", "spec": {"match": {"port": 443, "protocol": "http"},
          "endpoints": [{"address": "bank.example", "port": {{{port}}} }]{{{more}}} } }
        """;

    private static string Secret(string name, string text) =>
        $$"""{"type": "Secret", "name": "{{name}}", "data": "{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text.Replace("\\n", "\n", StringComparison.Ordinal)))}}"}""";

    private static string Calling(string kind, string name, int port) => $$$"""
        {"type": "Dataplane", "name": "a-1", "labels": {"kuma.io/workload": "a"},
         "networking": {"address": "10.0.0.100", "inbound": [{"port": 8080}],
           "outbound": [{"port": 10001, "backendRef": {"kind": "{{{kind}}}", "name": "{{{name}}}", "port": {{{port}}} } }]} }
        """;
}
