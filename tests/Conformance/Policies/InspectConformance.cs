using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies;
using Mesh.Testing;
using Mesh.Zone.Inspect;

namespace Mesh.Conformance.Policies;

/// <summary>
/// What inspection answers about the proxies of recorded scenarios, computed from their resources and the services that
/// were generated then.
/// </summary>
public sealed class InspectConformance
{
    private const string MeshName = "default";
    private const string ZoneName = "default";

    [Fact]
    public void Inspection_RecordedScenarios_Agrees()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var report = new ConformanceReport("inspect scenarios");
        var root = Path.Combine(SharedFolder.Conformance, "recorded", "scenarios");
        Assert.SkipUnless(Directory.Exists(root), "skipped: no recorded scenarios");
        var initial = Items(JsonNode.Parse(File.ReadAllText(Path.Combine(root, "initial-resources.json")))!.AsObject());
        foreach (var scenario in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            JudgeScenario(scenario, initial, report);
        }

        report.Print();
        Assert.True(report.Rate >= 0.95, report.ToString());
    }

    [Fact]
    public void Inspection_SharedCases_Agrees()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var report = new ConformanceReport("inspect cases");
        var root = Path.Combine(SharedFolder.Conformance, "kuma", "rest", "inspect");
        Assert.SkipUnless(Directory.Exists(root), "skipped: no cases of inspection");
        foreach (var input in Directory.EnumerateFiles(root, "*.input.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var request = File.ReadLines(input).First().TrimStart('#').Split(' ');
            var golden = input.Replace(".input.yaml", ".golden.json", StringComparison.Ordinal);
            if (request is not [var path, "200"] || !File.Exists(golden) || path.Contains("/_config", StringComparison.Ordinal))
            {
                continue;
            }

            var name = Path.GetRelativePath(root, input);
            try
            {
                var resources = CaseResources.ReadAll(input);
                Judge(name, JsonNode.Parse(File.ReadAllText(golden)), AnswerPath(resources, path, name.Contains("/global/", StringComparison.Ordinal)), report);
            }
            catch (Exception fault)
            {
                report.Fail(name, fault.ToString());
            }
        }

        report.Print();
        Assert.True(report.Rate >= 1, report.ToString());
    }

    /// <summary>Answers a request for a path like <c>/meshes/MESH/dataplanes/NAME/_rules</c>.</summary>
    private static JsonNode? AnswerPath(IReadOnlyList<Resource> resources, string path, bool isGlobal)
    {
        var query = path.Split('?');
        var parts = query[0].Split('/', 6);
        var (mesh, kind, name, question) = (parts[2], parts[3], parts[4], parts[5]);
        var filter = query.Length > 1 ? query[1].Split('=')[1] : null;
        var inspector = new MeshInspector(mesh, ZoneName, PolicyCatalog.Default, resources);
        var resource = resources.Single(candidate => candidate.Name == name && candidate.Descriptor.Path == kind);
        object answer = question switch
        {
            "_resources/dataplanes" => inspector.DataplanesOf(resource, filter),
            "_dataplanes" => inspector.DataplanesBehind(resource, filter),
            "_hostnames" => inspector.HostnamesOf(resource, isGlobal),
            _ => Answer(inspector.Find(name)!, question)!,
        };
        return answer as JsonNode ?? JsonSerializer.SerializeToNode(answer, ModelJson.Options);
    }

    private static List<JsonObject> Items(JsonObject lists) =>
        [.. lists.SelectMany(list => list.Value?["items"] as JsonArray ?? [list.Value?.DeepClone()]).OfType<JsonObject>()
            .Where(item => item.ContainsKey("type"))];

    private static MeshInspector Inspect(string scenario, List<JsonObject> initial)
    {
        var applied = new List<JsonObject>(YamlTreeOf(Path.Combine(scenario, "resources.yaml")));
        foreach (var dataplane in Directory.EnumerateFiles(Path.Combine(scenario, "dataplanes"), "*.yaml"))
        {
            applied.AddRange(YamlTreeOf(dataplane));
        }

        // What the control plane printed comes last: it is labelled and has what controllers wrote.
        var printed = Items(JsonNode.Parse(File.ReadAllText(Path.Combine(scenario, "state.json")))!.AsObject());
        var resources = new Dictionary<ResourceKey, Resource>();
        foreach (var resource in initial.Select(CaseResources.Read)
            .Concat(applied.Select(CaseResources.Read).Select(WithLabels))
            .Concat(printed.Select(CaseResources.Read)))
        {
            resources[resource.Key] = resource;
        }

        return new MeshInspector(MeshName, ZoneName, PolicyCatalog.Default, resources.Values);
    }

    private static IEnumerable<JsonObject> YamlTreeOf(string path) => Testing.YamlTree.ReadAll(path).OfType<JsonObject>();

    /// <summary>The labels that a zone on its own gives to everything written to it.</summary>
    private static Resource WithLabels(Resource resource)
    {
        if (resource.Mesh.Length == 0)
        {
            return resource;
        }

        var labels = new Dictionary<string, string>(resource.Labels, StringComparer.Ordinal)
        {
            [ResourceLabels.Origin] = "zone",
            [ResourceLabels.Mesh] = resource.Mesh,
        };
        labels.TryAdd(ResourceLabels.Env, "universal");
        labels.TryAdd(ResourceLabels.Zone, ZoneName);
        labels.TryAdd(ResourceLabels.DisplayName, resource.Name);
        return resource with { Labels = labels };
    }

    private static void JudgeScenario(string scenario, List<JsonObject> initial, ConformanceReport report)
    {
        MeshInspector? mesh = null;
        foreach (var file in Directory.EnumerateFiles(scenario, "inspect-*.json").Order(StringComparer.Ordinal))
        {
            var proxy = Path.GetFileNameWithoutExtension(file)["inspect-".Length..];
            foreach (var (path, answer) in JsonNode.Parse(File.ReadAllText(file))!.AsObject())
            {
                var name = $"{Path.GetFileName(scenario)}/{proxy}/{path}";
                if (answer!["status"]!.GetValue<int>() != 200)
                {
                    continue;
                }

                try
                {
                    mesh ??= Inspect(scenario, initial);
                    Judge(name, answer["body"], Answer(mesh.Find(proxy)!, path), report);
                }
                catch (Exception fault)
                {
                    report.Fail(name, fault.ToString());
                }
            }
        }
    }

    private static JsonNode? Answer(ProxyInspector proxy, string path)
    {
        var parts = path.Split('/');
        var kri = parts.Length > 1 && Kri.TryParse(parts[1], out var parsed) ? parsed : default;
        object? answer = (parts[0], parts[^1]) switch
        {
            ("_layout", _) => proxy.Layout(),
            ("_policies", _) => proxy.Policies(),
            ("_rules", _) => proxy.Rules(),
            ("policies", _) => proxy.Matched(),
            ("_inbounds", _) => proxy.InboundPolicies(kri),
            ("_outbounds", "_policies") when parts is [_, _, "_routes", var route, _] && Kri.TryParse(route, out var of) => proxy.RoutePolicies(kri, of),
            ("_outbounds", "_routes") => proxy.OutboundRoutes(kri),
            ("_outbounds", _) => proxy.OutboundPolicies(kri),
            _ => null,
        };
        return JsonSerializer.SerializeToNode(answer, ModelJson.Options);
    }

    private static void Judge(string name, JsonNode? expected, JsonNode? actual, ConformanceReport report)
    {
        var differences = JsonDifference.Find(WithoutTimes(expected), WithoutTimes(actual));
        if (differences.Count == 0)
        {
            report.Pass(name);
        }
        else
        {
            report.Fail(name, string.Join("; ", differences));
        }
    }

    /// <summary>Without times: those of initial and other resources are of the recording.</summary>
    private static JsonNode? WithoutTimes(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                map.Remove("creationTime");
                map.Remove("modificationTime");
                foreach (var (_, child) in map)
                {
                    WithoutTimes(child);
                }

                break;
            case JsonArray list:
                foreach (var child in list)
                {
                    WithoutTimes(child);
                }

                break;
        }

        return node;
    }
}
