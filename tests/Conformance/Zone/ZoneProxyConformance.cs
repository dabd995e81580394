using System.Text.Json.Nodes;
using Mesh.Policies;
using Mesh.Policies.Core;
using Mesh.Policies.Drafts;
using Mesh.Testing;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using YamlTree = Mesh.Testing.YamlTree;

namespace Mesh.Conformance.Zone;

/// <summary>
/// Cases in <c>kuma/envoyconfig/zoneproxies</c>: an ingress, an egress with a service outside the mesh behind it, and
/// sidecars that call it; and those in <c>kuma/generators/zone-proxy-listener</c>, whose input is set here.
/// </summary>
public sealed class ZoneProxyConformance
{
    private const string Mesh = "envoyconfig-zoneproxies";
    private const string Zone = "kuma-3";

    private static readonly string[] _proxies = ["demo-client", "egress", "ingress", "test-server", "test-server-no-reusable-ports"];

    [Fact]
    public async Task EnvoyConfig_ZoneProxies_GetTheSameConfiguration()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance!, "kuma", "envoyconfig", "zoneproxies");
        var report = new ConformanceReport("envoyconfig-zoneproxies");
        foreach (var input in Directory.GetFiles(root, "*.input.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await JudgeAsync(root, input, report);
        }

        report.Print();
        Assert.True(report.Total >= 5, "the goldens were found");
        Assert.True(report.Rate >= 1, report.ToString());
    }

    [Theory]
    [InlineData("ingress-meshservice-zone")]
    [InlineData("egress-meshexternalservice")]
    [InlineData("egress-meshexternalservice-tls-skipall")]
    public async Task Generator_ZoneProxyListener_Agrees(string name)
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var isEgress = name.StartsWith("egress", StringComparison.Ordinal);
        await using var mesh = new ConfiguredMesh(
            "east", new PolicyCatalog([]), new PlanOptions { KnownInternalCidrs = ["100.64.0.0/16"] }, computesLabels: false);
        var fixture = isEgress ? External(name.EndsWith("skipall", StringComparison.Ordinal)) : Internal;
        foreach (var document in JsonNode.Parse(fixture)!.AsArray())
        {
            await mesh.PutAsync(document!.AsObject());
        }

        var proxies = new Dictionary<string, ProxyMetadata> { ["zone-proxy"] = new() };
        var actual = (await mesh.ConfigureAsync("default", proxies))["zone-proxy"];
        var golden = Path.Combine(SharedFolder.Conformance!, "kuma", "generators", "zone-proxy-listener", $"{name}.envoy.golden.yaml");
        var expected = EnvoyDump.ReadConfig(GeneratorsConformance.Expected(golden));
        var report = new ConformanceReport(name);
        EnvoyDump.Compare(name, Bare(expected), Bare(actual), _ => true, report);
        Assert.True(report.Rate >= 1, report.ToString());
    }

    private const string Internal = """
        [
          {"type": "Mesh", "name": "default"},
          {"type": "MeshService", "name": "backend", "mesh": "default", "labels": {"kuma.io/zone": "east"},
           "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"app": "backend"}}}, "ports": [{"port": 80, "targetPort": 2521}]}},
          {"type": "Dataplane", "name": "backend-1", "mesh": "default", "labels": {"app": "backend"},
           "networking": {"address": "192.168.0.1", "inbound": [{"port": 2521}]}},
          {"type": "Dataplane", "name": "zone-proxy", "mesh": "default",
           "networking": {"address": "10.0.0.1", "listeners": [{"type": "ZoneIngress", "port": 10001, "name": "zone-ingress-port"}]}}
        ]
        """;

    private static string External(bool usesTls)
    {
        var more = usesTls
            ? """ "tls": {"enabled": true, "verification": {"mode": "SkipAll"} }, "endpoints": [{"address": "example.com", "port": 10000}]"""
            : """ "endpoints": [{"address": "192.168.0.1", "port": 27017}]""";
        return $$"""
            [
              {"type": "Mesh", "name": "default"},
              {"type": "MeshIdentity", "mesh": "default", "name": "my-identity",
               "spec": {"selector": {"dataplane": {"matchLabels": { } } }, "provider": {"type": "Bundled"} } },
              {"type": "MeshExternalService", "mesh": "default", "name": "example", "spec": {"match": {"port": 9000, "protocol": "http"}, {{more}} } },
              {"type": "Dataplane", "name": "zone-proxy", "mesh": "default",
               "networking": {"address": "10.0.0.1", "listeners": [{"type": "ZoneEgress", "port": 10002, "name": "zone-egress-port"}]} }
            ]
            """;
    }

    /// <summary>The cases' endpoints carry no labels and their identity has another name: they are built in code.</summary>
    private static SortedDictionary<string, JsonNode> Bare(SortedDictionary<string, JsonNode> resources) => new(
        resources.Where(pair => !pair.Key.Contains("/system_", StringComparison.Ordinal)).ToDictionary(pair => pair.Key, pair => Bare(pair.Value)!), StringComparer.Ordinal);

    private static JsonNode? Bare(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(pair => pair.Key is not ("metadata" or "match" or "circuitBreakers") || pair.Value?["prefix"] is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, Bare(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Bare)]),
        JsonValue value when value.TryGetValue<string>(out var text) && text == "kri_mid_default___my-identity_" => JsonValue.Create("my-identity-secret"),
        _ => node?.DeepClone(),
    };

    private static async Task JudgeAsync(string root, string input, ConformanceReport report)
    {
        var policies = YamlTree.ReadAll(input).OfType<JsonObject>().ToList();
        var isCompiled = policies.All(policy => IsCompiled(policy["type"]!.ToString()));
        await using var mesh = new ConfiguredMesh(Zone);
        foreach (var document in Fixture().Concat(isCompiled ? policies.Select(EnvoyConfigConformance.Applied) : []))
        {
            await mesh.PutAsync(document);
        }

        var actual = await mesh.ConfigureAsync(Mesh, _proxies.ToDictionary(proxy => "zone-proxy-" + proxy, Metadata));
        foreach (var proxy in _proxies)
        {
            var golden = input[..^".input.yaml".Length] + $".zone-proxy-{proxy}.golden.json";
            var document = JsonNode.Parse(EnvoyConfigConformance.Unredact(File.ReadAllText(golden)))!;

            // A policy that nothing compiles yet is judged where it changes nothing.
            if (!isCompiled && document["diff"]!.AsArray().Count > 0)
            {
                continue;
            }

            // Sidecars of older versions told who they are in a header.
            var expected = Judged(input, EnvoyDump.ReadConfig(document));
            if (expected.Count == 0 || expected.Any(pair => pair.Key.StartsWith("Listener/", StringComparison.Ordinal)
                && pair.Value.ToJsonString().Contains("x-kuma-tags", StringComparison.Ordinal)))
            {
                continue;
            }

            var name = Path.GetRelativePath(root, golden);
            var single = new ConformanceReport(name);
            EnvoyDump.Compare(
                name,
                EnvoyConfigConformance.Redacted(expected),
                EnvoyConfigConformance.Redacted(Judged(input, actual["zone-proxy-" + proxy])),
                _ => true,
                single);
            if (single.Rate >= 1)
            {
                report.Pass(name);
            }
            else
            {
                report.Fail(name, single.ToString());
            }
        }
    }

    /// <summary>Cases with a capital P were taken under the names and labels of older versions: of those only the zone listeners are the same.</summary>
    private static SortedDictionary<string, JsonNode> Judged(string input, SortedDictionary<string, JsonNode> resources)
    {
        var isOlder = Path.GetFileName(input).StartsWith('P');
        return new SortedDictionary<string, JsonNode>(
            resources.Where(pair => pair.Key.Contains("/self_zone", StringComparison.Ordinal) || (!isOlder && pair.Key.Contains("/kri_", StringComparison.Ordinal)))
                .ToDictionary(pair => pair.Key, pair => pair.Value),
            StringComparer.Ordinal);
    }

    private static bool IsCompiled(string kind) =>
        MeshCatalog.Create().TryGetKind(kind, out var descriptor) && (descriptor.Policy is null || PolicyCatalog.Default.TryGet(kind, out _));

    private static ProxyMetadata Metadata(string proxy) => new()
    {
        AdminPort = 9901,
        ReadinessPort = 9902,
        Features = proxy.EndsWith("no-reusable-ports", StringComparison.Ordinal) ? [] : [ProxyFeatures.ReusePort],
        TransparentProxy = proxy is "egress" or "ingress" ? null : new TransparentProxySettings(15006, 15001, IpFamilyMode.DualStack),
    };

    private static IEnumerable<JsonObject> Fixture()
    {
        yield return new JsonObject { ["type"] = "Mesh", ["name"] = Mesh };
        foreach (var text in new[]
        {
            """{"type": "MeshIdentity", "name": "identity", "spec": {"selector": {"dataplane": {"matchLabels": {}}}, "provider": {"type": "Bundled"}}}""",
            $$$"""{"type": "MeshTrust", "name": "identity", "spec": {"trustDomain": "{{{Mesh}}}.kuma-3.mesh.local", "caBundles": [{"type": "Pem", "pem": {"value": "pem"} }]} }""",
            $$$"""
            {"type": "MeshTrafficPermission", "name": "allow-all-{{{Mesh}}}-0",
             "spec": {"rules": [{"default": {"allow": [{"spiffeID": {"type": "Prefix", "value": "spiffe://{{{Mesh}}}.kuma-3.mesh.local"} }]} }]} }
            """,
            """
            {"type": "MeshExternalService", "name": "mes-zone-proxy", "status": {"vip": {"ip": "242.0.0.0"}},
             "spec": {"match": {"port": 80, "protocol": "http"},
                      "endpoints": [{"address": "192.168.0.9", "port": 80, "priority": 1}, {"address": "192.168.0.9", "port": 81, "priority": 2}]}}
            """,
            Proxy("demo-client", """{"team": "client-owners"}""", """ "inbound": [{"port": 3000}]"""),
            Proxy("test-server", """{"team": "server-owners", "instance": "1", "version": "v1"}""", """ "inbound": [{"port": 80, "servicePort": 8080, "protocol": "http"}]"""),
            Proxy("test-server-no-reusable-ports", """{"team": "server-owners", "instance": "1", "version": "v1"}""", """ "inbound": [{"port": 80, "servicePort": 8080, "protocol": "http"}]"""),
            Proxy("ingress", """{"kuma.io/listener-zoneingress": "enabled"}""", """ "listeners": [{"type": "ZoneIngress", "port": 11001, "name": "zone-proxy-ingress"}]"""),
            Proxy("egress", """{"kuma.io/listener-zoneegress": "enabled"}""", """ "listeners": [{"type": "ZoneEgress", "port": 11002, "name": "zone-proxy-egress"}]"""),
            Service("demo-client", 3000, "tcp", "241.0.0.0"),
            Service("test-server", 80, "http", "241.0.0.1"),
            Service("test-server-no-reusable-ports", 80, "http", "241.0.0.2"),
        })
        {
            var document = JsonNode.Parse(text)!.AsObject();
            document["mesh"] = Mesh;
            yield return document;
        }
    }

    private static string Proxy(string name, string labels, string networking)
    {
        var document = JsonNode.Parse(
            $$"""{"type": "Dataplane", "name": "zone-proxy-{{name}}", "labels": {{labels}}, "networking": {"address": "192.168.0.2", {{networking}}} }""")!;
        document["labels"]!["kuma.io/workload"] = "zone-proxy-" + name;
        return document.ToJsonString();
    }

    private static string Service(string name, int port, string protocol, string vip) => $$$"""
        {"type": "MeshService", "name": "zone-proxy-{{{name}}}", "status": {"tls": {"status": "Ready"}, "vips": [{"ip": "{{{vip}}}"}] },
         "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "zone-proxy-{{{name}}}"} } },
                  "ports": [{"port": {{{port}}}, "targetPort": {{{port}}}, "appProtocol": "{{{protocol}}}"}],
                  "identities": [{"type": "SpiffeID", "value": "spiffe://{{{Mesh}}}.kuma-3.mesh.local/workload/zone-proxy-{{{name}}}"}] } }
        """;
}
