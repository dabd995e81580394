using System.Net;
using System.Text.Json.Nodes;
using Mesh.Policies;
using Mesh.Policies.Core;
using Mesh.Policies.Drafts;
using Mesh.Testing;
using Mesh.Zone.Ingest;
using YamlTree = Mesh.Testing.YamlTree;

namespace Mesh.Conformance.Zone;

/// <summary>
/// Cases in <c>kuma/envoyconfig/sidecars</c>: two sidecars with redirected traffic, an identity and a permission for all.
/// The policies of a case are labelled as shadows; the configuration shown is the one with them applied.
/// </summary>
public sealed class EnvoyConfigConformance
{
    private const string Mesh = "envoyconfig";
    private const string Zone = "kuma-3";

    private const string Fixture = """
        [
          {"type": "Mesh", "name": "envoyconfig"},
          {"type": "Dataplane", "mesh": "envoyconfig", "name": "demo-client",
           "labels": {"kuma.io/service": "demo-client", "kuma.io/workload": "demo-client", "team": "client-owners"},
           "networking": {"address": "192.168.0.2", "inbound": [{"port": 3000}]}},
          {"type": "Dataplane", "mesh": "envoyconfig", "name": "test-server",
           "labels": {"instance": "1", "kuma.io/service": "test-server", "kuma.io/workload": "test-server", "team": "server-owners", "version": "v1"},
           "networking": {"address": "192.168.0.3", "inbound": [{"port": 80, "servicePort": 8080, "protocol": "http"}]}},
          {"type": "MeshService", "mesh": "envoyconfig", "name": "demo-client",
           "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "demo-client"}}},
                    "ports": [{"port": 3000, "targetPort": 3000, "appProtocol": "tcp"}],
                    "identities": [{"type": "SpiffeID", "value": "spiffe://envoyconfig.kuma-3.mesh.local/workload/demo-client"}]},
           "status": {"tls": {"status": "Ready"}, "vips": [{"ip": "241.0.0.0"}]}},
          {"type": "MeshService", "mesh": "envoyconfig", "name": "test-server",
           "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "test-server"}}},
                    "ports": [{"port": 80, "targetPort": 80, "appProtocol": "http"}],
                    "identities": [{"type": "SpiffeID", "value": "spiffe://envoyconfig.kuma-3.mesh.local/workload/test-server"}]},
           "status": {"tls": {"status": "Ready"}, "vips": [{"ip": "241.0.0.1"}]}},
          {"type": "MeshIdentity", "mesh": "envoyconfig", "name": "envoyconfig-identity",
           "spec": {"selector": {"dataplane": {"matchLabels": {}}}, "provider": {"type": "Bundled"}}},
          {"type": "MeshTrust", "mesh": "envoyconfig", "name": "envoyconfig-identity",
           "spec": {"trustDomain": "envoyconfig.kuma-3.mesh.local", "caBundles": [{"type": "Pem", "pem": {"value": "pem"}}]}},
          {"type": "MeshTrafficPermission", "mesh": "envoyconfig", "name": "allow-all-envoyconfig-0",
           "spec": {"rules": [{"default": {"allow": [{"spiffeID": {"type": "Prefix", "value": "spiffe://envoyconfig.kuma-3.mesh.local"}}]}}]}}
        ]
        """;

    private static readonly string[] _proxies = ["demo-client", "test-server"];

    [Fact]
    public async Task EnvoyConfig_Sidecars_GetTheSameConfiguration()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance!, "kuma", "envoyconfig", "sidecars");
        var report = new ConformanceReport("envoyconfig-sidecars");
        foreach (var input in Directory.GetFiles(root, "*.input.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var policies = new FileInfo(input).Length == 0 ? [] : YamlTree.ReadAll(input).OfType<JsonObject>().ToList();
            if (policies.All(policy => IsCompiled(policy["type"]!.ToString())))
            {
                await JudgeAsync(root, input, policies, report);
            }
        }

        report.Print();
        Assert.True(report.Rate >= 1, report.ToString());
    }

    private static bool IsCompiled(string kind) =>
        MeshCatalog.Create().TryGetKind(kind, out var descriptor) && (descriptor.Policy is null || PolicyCatalog.Default.TryGet(kind, out _));

    private static async Task JudgeAsync(string root, string input, IReadOnlyList<JsonObject> policies, ConformanceReport report)
    {
        await using var mesh = new ConfiguredMesh(Zone);
        foreach (var document in JsonNode.Parse(Fixture)!.AsArray().Select(item => item!.AsObject()).Concat(policies.Select(Applied)))
        {
            await mesh.PutAsync(document);
        }

        var actual = await mesh.ConfigureAsync(Mesh, _proxies.ToDictionary(name => name, _ => Metadata()));
        foreach (var proxy in _proxies)
        {
            var golden = input[..^".input.yaml".Length] + $".{proxy}.golden.json";
            if (!File.Exists(golden))
            {
                continue;
            }

            var name = Path.GetRelativePath(root, golden);
            var expected = EnvoyDump.ReadConfig(JsonNode.Parse(Unredact(File.ReadAllText(golden)))!);
            var single = new ConformanceReport(name);
            EnvoyDump.Compare(name, Redacted(expected), Redacted(actual[proxy]), _ => true, single);
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

    internal static JsonObject Applied(JsonObject policy)
    {
        var copy = policy.DeepClone().AsObject();
        (copy["labels"] as JsonObject)?.Remove("kuma.io/effect");
        return copy;
    }

    /// <summary>Words that stand where messages hold bytes do not parse; they are masked on both sides anyway.</summary>
    internal static string Unredact(string text) => text.Replace("\"CERT_REDACTED\"", "\"\"", StringComparison.Ordinal);

    internal static SortedDictionary<string, JsonNode> Redacted(SortedDictionary<string, JsonNode> resources) =>
        new(resources.ToDictionary(pair => pair.Key, pair => Redact(pair.Value, "", pair.Key.Contains("/system_", StringComparison.Ordinal))!), StringComparer.Ordinal);

    private static JsonNode? Redact(JsonNode? node, string key, bool isAdmin) => node switch
    {
        JsonObject map => new JsonObject(map
            .Where(pair => !(isAdmin && pair.Key == "portValue"))
            .Select(pair => KeyValuePair.Create(pair.Key, Redact(pair.Value, pair.Key, isAdmin)))),
        JsonArray list => new JsonArray([.. list.Select(item => Redact(item, key, isAdmin))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(RedactText(text, key)),
        _ => node?.DeepClone(),
    };

    private static string RedactText(string text, string key) =>
        key == "statPrefix" ? "STAT_PREFIX_REDACTED"
        : text is "ADMIN_REDACTED" or "VIP" || IPAddress.TryParse(text, out _) ? "IP_REDACTED"
        : text;

    private static ProxyMetadata Metadata() => new()
    {
        AdminPort = 9901,
        ReadinessPort = 9902,
        Features = [ProxyFeatures.ReusePort, ProxyFeatures.StrictInboundPorts],
        TransparentProxy = new TransparentProxySettings(15006, 15001, IpFamilyMode.DualStack),
    };
}
