using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Policies;
using Mesh.Policies.Core;
using Mesh.Testing;
using Mesh.Zone.Ingest;

namespace Mesh.Conformance.Zone;

/// <summary>
/// Recorded scenarios: what real Envoys were given, against what ours gives to proxies with the same metadata. What
/// controllers write (services, trust, virtual addresses) is taken from the recorded state.
/// </summary>
public sealed class ScenarioConformance
{
    private const string Mesh = "default";

    // Uses a policy of a later issue and is judged all the same.
    private static readonly string[] _alsoJudged = ["57-multizone-locality"];

    [Fact]
    public async Task Scenarios_RecordedEnvoys_GetTheSameConfiguration()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance!, "recorded", "scenarios");
        var unstable = JsonNode.Parse(File.ReadAllText(Path.Combine(root, "unstable.json")))!.AsArray().Select(item => item!.ToString()).ToHashSet();
        var report = new ConformanceReport("recorded-scenarios");
        var worst = new List<string>();
        var lines = new StringBuilder();
        foreach (var folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            if (Later(folder) is { Count: > 0 } later && !_alsoJudged.Contains(name))
            {
                lines.AppendLine(CultureInfo.InvariantCulture, $"  {name}: not judged, uses {string.Join(", ", later)}");
                continue;
            }

            var (passed, total) = (report.Passed, report.Total);
            await JudgeAsync(folder, name, unstable, report);
            var rate = (double)(report.Passed - passed) / Math.Max(1, report.Total - total);
            lines.AppendLine(CultureInfo.InvariantCulture, $"  {name}: {report.Passed - passed}/{report.Total - total} {rate:P0}");
            if (rate < 0.85)
            {
                worst.Add(name);
            }
        }

        report.Print();
        Console.WriteLine(lines);
        TestContext.Current.TestOutputHelper?.WriteLine(lines.ToString());
        Assert.True(report.Rate >= 0.95, report.ToString());
        Assert.Empty(worst);
    }

    /// <summary>Policies of the scenario that nothing compiles yet.</summary>
    private static List<string> Later(string folder) => [.. Documents(folder, "resources.json")
        .Select(document => document["type"]!.ToString())
        .Where(kind => MeshCatalog.Create().TryGetKind(kind, out var descriptor) && descriptor.Policy is not null && !PolicyCatalog.Default.TryGet(kind, out _))
        .Distinct()];

    private static IEnumerable<JsonObject> Documents(string folder, string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsArray().Select(item => item!.AsObject());

    private static async Task JudgeAsync(string folder, string name, HashSet<string> unstable, ConformanceReport report)
    {
        await using var mesh = new ConfiguredMesh("default");
        await FillAsync(mesh, folder);
        var dumps = Directory.GetFiles(folder, "config_dump-*.json").ToDictionary(
            file => Path.GetFileNameWithoutExtension(file)["config_dump-".Length..], file => JsonNode.Parse(File.ReadAllText(file))!);
        var actual = await mesh.ConfigureAsync(Mesh, dumps.ToDictionary(pair => pair.Key, pair => Metadata(pair.Value)));
        foreach (var (proxy, dump) in dumps)
        {
            EnvoyDump.Compare(
                $"{name}/{proxy}", EnvoyDump.ReadDump(dump), actual[proxy], key => !unstable.Contains($"{name}/{proxy}/{key}"), report);
        }
    }

    private static async Task FillAsync(ConfiguredMesh mesh, string folder)
    {
        var initial = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "..", "initial-resources.json")))!.AsObject();
        await mesh.PutAsync(initial["mesh"]!.AsObject());
        var lists = initial.Select(pair => pair.Value?["items"]).OfType<JsonArray>().SelectMany(items => items);
        var state = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "state.json")))!.AsObject();
        var computed = state.Select(pair => pair.Value?["items"]).OfType<JsonArray>().SelectMany(items => items).ToList();
        var unhealthy = Unhealthy(state);
        var dataplanes = Directory.GetFiles(Path.Combine(folder, "dataplanes"), "*.json").Order(StringComparer.Ordinal)
            .SelectMany(file => Documents("", file)).Select(dataplane => Probed(dataplane, unhealthy));
        foreach (var document in lists.Concat(Documents(folder, "resources.json")).Concat(dataplanes).Concat(computed))
        {
            await mesh.PutAsync(document!.DeepClone().AsObject());
        }
    }

    /// <summary>Workloads without a healthy proxy: their service probes failed, since nothing listened behind them.</summary>
    private static HashSet<string> Unhealthy(JsonObject state) => (state["workloads"]?["items"]?.AsArray() ?? [])
        .Where(item => (item!["status"]?["dataplaneProxies"]?["healthy"]?.GetValue<int>() ?? 0) == 0)
        .Select(item => item!["name"]!.ToString()).ToHashSet();

    private static JsonObject Probed(JsonObject dataplane, HashSet<string> unhealthy)
    {
        if (unhealthy.Contains(dataplane["labels"]?["kuma.io/workload"]?.ToString() ?? ""))
        {
            foreach (var inbound in dataplane["networking"]?["inbound"]?.AsArray() ?? [])
            {
                if (inbound!["serviceProbe"] is not null)
                {
                    inbound["state"] = "NotReady";
                }
            }
        }

        return dataplane;
    }

    private static ProxyMetadata Metadata(JsonNode dump)
    {
        var node = dump["configs"]!.AsArray().Select(config => config!["bootstrap"]?["node"]?["metadata"]).First(metadata => metadata is not null)!;
        return ProxyMetadataReader.Read(JsonParser.Default.Parse<Struct>(node.ToJsonString()));
    }
}
