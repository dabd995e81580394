using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies;
using Mesh.Policies.Core;
using Mesh.Policies.Matching;
using Mesh.Testing;

namespace Mesh.Conformance.Policies;

/// <summary>Cases in <c>kuma/merging</c>: order and merge of policies for inbounds, destinations and whole proxies.</summary>
public sealed class MergingConformance
{
    private readonly ConformanceReport _report = new("merging");

    [Fact]
    public void Merging_AllCases_Agree()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance, "kuma", "merging");
        Assert.SkipUnless(Directory.Exists(root), "skipped: no cases of merging");
        foreach (var input in Directory.EnumerateFiles(root, "*.input.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var stem = input[..^".input.yaml".Length];
            if (Directory.Exists(stem))
            {
                foreach (var golden in Directory.EnumerateFiles(stem, "*.golden.yaml").Order(StringComparer.Ordinal))
                {
                    Judge(Path.GetRelativePath(root, golden), golden, () => ResourceRules(input, Path.GetFileName(golden)[..^".golden.yaml".Length]));
                }
            }
            else
            {
                Judge(Path.GetRelativePath(root, stem), stem + ".golden.yaml", () => Plain(input));
            }
        }

        _report.Print();
        Assert.True(_report.Rate >= 1, _report.ToString());
    }

    private static JsonNode? Plain(string input)
    {
        var resources = CaseResources.ReadAll(input);
        return Path.GetFileName(Path.GetDirectoryName(input)) switch
        {
            "sort" => Sorted(resources),
            "inboundrules" => new JsonObject
            {
                ["rules"] = new JsonArray([.. MatchAll(resources).Inbound(resources[0].Kind, "127.0.0.1:80").Rules.Select(RuleText.Of)]),
            },
            _ => Single(resources),
        };
    }

    private static JsonNode? Single(IReadOnlyList<Resource> resources)
    {
        var conf = MatchAll(resources).Proxy(resources[0].Kind);
        return conf is null
            ? null
            : new JsonObject
            {
                ["Conf"] = JsonNode.Parse(conf.Json),
                ["Origin"] = new JsonArray([.. conf.Origins.Select(origin => CaseMeta.Of(origin.Resource))]),
            };
    }

    private static JsonObject ResourceRules(string input, string topology)
    {
        var parts = topology.Split("-2-");
        var resources = CaseResources.ReadAll(input).Select(resource =>
        {
            var created = KdsTopology.CreatedOn(parts[0], resource);
            return parts.Length == 1 ? created : KdsTopology.SyncedTo(parts[1], created);
        }).ToArray();
        var kind = resources.First(resource => resource.Descriptor.Policy is not null).Kind;
        var result = new JsonObject();
        foreach (var rule in MatchAll(resources).To(kind).All)
        {
            result[rule.Target.ToString()] = RuleText.Of(rule, KdsTopology.NamespaceOf(topology));
        }

        return result;
    }

    /// <summary>Matches every policy, whatever it selects: a proxy of the same zone that carries all labels that are asked for.</summary>
    private static MatchedPolicies MatchAll(IReadOnlyList<Resource> resources)
    {
        var mesh = resources.First(resource => resource.Mesh.Length > 0).Mesh;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (resource.Label(ResourceLabels.KubernetesNamespace) is { Length: > 0 } ns)
            {
                labels[ResourceLabels.KubernetesNamespace] = ns;
            }

            foreach (var (key, value) in (resource.Spec as IPolicySpec)?.TargetRef?.Labels ?? ResourceLabels.None)
            {
                labels[key] = value;
            }
        }

        var dataplane = new Resource
        {
            Descriptor = MeshCatalog.Create()["Dataplane"],
            Name = "proxy",
            Mesh = mesh,
            Labels = labels,
            Spec = new DataplaneSpec { Networking = new() { Address = "127.0.0.1", Inbound = [new() { Port = 80 }] } },
        };
        return MeshPolicies.Create(PolicyCatalog.Default, resources, new ListDestinationIndex(mesh, resources)).Match(dataplane);
    }

    private static JsonArray Sorted(IReadOnlyList<Resource> resources)
    {
        var result = new JsonArray();
        foreach (var (policy, index) in PolicyOrdering.SortTo(resources))
        {
            var spec = (IOutboundPolicySpec)policy.Spec;
            result.Add(new JsonObject
            {
                ["Entry"] = ModelJson.ToNode(spec.To![index]),
                ["Meta"] = CaseMeta.Of(policy),
                ["RuleIndex"] = index,
                ["TopLevel"] = ModelJson.ToNode(spec.TargetRef ?? TargetRef.WholeMesh),
            });
        }

        return result;
    }

    private void Judge(string name, string golden, Func<JsonNode?> compute)
    {
        try
        {
            var differences = JsonDifference.Find(Testing.YamlTree.ReadAll(golden) is [var first, ..] ? first : null, compute());
            if (differences.Count == 0)
            {
                _report.Pass(name);
            }
            else
            {
                _report.Fail(name, string.Join("; ", differences));
            }
        }
        catch (Exception fault)
        {
            _report.Fail(name, fault.ToString());
        }
    }
}
