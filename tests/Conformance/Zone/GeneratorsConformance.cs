using System.Text.Json.Nodes;
using Mesh.Policies;
using Mesh.Testing;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using YamlTree = Mesh.Testing.YamlTree;

namespace Mesh.Conformance.Zone;

/// <summary>
/// Cases in <c>kuma/generators</c> with an input: what is generated before any policy. What the cases keep in code beside
/// their input (ports of a sidecar, internal addresses, names) is set here, or read off the expected resources.
/// </summary>
public sealed class GeneratorsConformance
{
    private const string ReadinessSocket = "feature-readiness-unix-socket";

    private static readonly PlanOptions _plan = new() { KnownInternalCidrs = ["100.64.0.0/16", "fc00::/7/128", "::1/128/128"] };

    [Fact]
    public async Task Generators_CasesWithInput_Agree()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance!, "kuma", "generators");
        var report = new ConformanceReport("generators");
        foreach (var input in Directory.GetFiles(root, "*dataplane.input.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var folder = Path.GetDirectoryName(input)!;
            var id = Path.GetFileName(input)[..^"?dataplane.input.yaml".Length];
            var golden = input.Replace("dataplane.input.yaml", "envoy-config.golden.yaml", StringComparison.Ordinal);
            if (File.Exists(golden))
            {
                await JudgeAsync(Path.GetFileName(folder), id, input, golden, report);
            }
        }

        report.Print();
        Assert.True(report.Rate >= 0.85, report.ToString());
    }

    private static async Task JudgeAsync(string generator, string id, string input, string golden, ConformanceReport report)
    {
        var name = $"{generator}/{id}";
        var expected = EnvoyDump.ReadConfig(Expected(golden));
        var dataplane = Complete(YamlTree.ReadAll(input).Single().AsObject());
        await using var mesh = new ConfiguredMesh("default", new PolicyCatalog([]), _plan, computesLabels: false);
        await mesh.PutAsync(new JsonObject { ["type"] = "Mesh", ["name"] = "default" });
        var others = Path.Combine(Path.GetDirectoryName(input)!, $"{id}.dataplanes.input.yaml");
        foreach (var other in File.Exists(others) ? YamlTree.ReadAll(others).OfType<JsonObject>().Where(other => other.Count > 0) : [])
        {
            await mesh.PutAsync(Complete(other));
        }

        foreach (var service in generator == "dns" ? Names() : [])
        {
            await mesh.PutAsync(service);
        }

        await mesh.PutAsync(dataplane);
        var proxy = dataplane["name"]!.ToString();
        var actual = (await mesh.ConfigureAsync("default", new Dictionary<string, ProxyMetadata> { [proxy] = Metadata(generator, expected) }))[proxy];
        var single = new ConformanceReport(name);
        EnvoyDump.Compare(name, expected, actual, key => IsOf(generator, key), single);
        if (single.Rate >= 1)
        {
            report.Pass(name);
        }
        else
        {
            report.Fail(name, single.ToString());
        }
    }

    private static bool IsOf(string generator, string key) => key.Contains(
        generator switch
        {
            "admin" => "/system_",
            "direct-access" => "/direct_access",
            "dns" => "/system_dynamicconfig",
            "inbound-proxy" => "/self_inbound_dp_",
            _ => "/",
        },
        StringComparison.Ordinal) && (generator != "admin" || !key.EndsWith("/system_dynamicconfig", StringComparison.Ordinal));

    /// <summary>Dataplanes of these cases may lack what names them.</summary>
    private static JsonObject Complete(JsonObject dataplane)
    {
        dataplane["type"] ??= "Dataplane";
        dataplane["mesh"] ??= "default";
        dataplane["name"] ??= "dp-1";
        if (dataplane["networking"] is JsonObject networking)
        {
            networking["address"] ??= "172.0.0.1";
        }

        return dataplane;
    }

    internal static JsonObject Expected(string golden)
    {
        var xds = new JsonObject();
        var resources = YamlTree.ReadAll(golden).SingleOrDefault()?["resources"]?.AsArray() ?? [];
        foreach (var item in resources)
        {
            var resource = item!["resource"]!.DeepClone().AsObject();
            var type = resource["@type"]!.ToString();
            resource.Remove("@type");
            (xds[type] ??= new JsonObject())[item["name"]!.ToString()] = Remeshed(resource);
        }

        return new JsonObject { ["xds"] = xds };
    }

    /// <summary>Proxies of some cases have no mesh; ours always have one.</summary>
    private static JsonNode Remeshed(JsonObject resource) =>
        JsonNode.Parse(resource.ToJsonString().Replace("mesh\\u0022:\\u0022\\u0022", "mesh\\u0022:\\u0022default\\u0022", StringComparison.Ordinal))!;

    private static ProxyMetadata Metadata(string generator, SortedDictionary<string, JsonNode> expected)
    {
        var admin = Address(expected, "Cluster/system_envoy_admin");
        var readiness = Address(expected, "Cluster/system_probe_readiness");
        return new ProxyMetadata
        {
            AdminPort = generator == "admin" ? 9901u : 0,
            AdminAddress = admin?["socketAddress"]?["address"]?.ToString() ?? "127.0.0.1",
            ReadinessPort = 9902,
            DnsPort = 15053,
            HasIPv6 = true,
            Features = readiness?["pipe"] is null ? [] : [ReadinessSocket],
        };
    }

    private static JsonNode? Address(SortedDictionary<string, JsonNode> resources, string key) =>
        resources.GetValueOrDefault(key)?["loadAssignment"]?["endpoints"]?[0]?["lbEndpoints"]?[0]?["endpoint"]?["address"];

    private static IEnumerable<JsonObject> Names()
    {
        yield return Service("backend", "240.0.0.0", "backend.test-ns.svc.8080.mesh", "backend_test-ns_svc_8080.mesh");
        yield return Service("httpbin", "240.0.0.1", "httpbin.mesh");
    }

    private static JsonObject Service(string name, string vip, params string[] hostnames) => new()
    {
        ["type"] = "MeshService",
        ["mesh"] = "default",
        ["name"] = name,
        ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["port"] = 80 }) },
        ["status"] = new JsonObject
        {
            ["vips"] = new JsonArray(new JsonObject { ["ip"] = vip }),
            ["addresses"] = new JsonArray([.. hostnames.Select(hostname => new JsonObject { ["hostname"] = hostname })]),
        },
    };
}
