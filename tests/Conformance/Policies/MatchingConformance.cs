using System.Text.Json.Nodes;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Policies.Matching;
using Mesh.Testing;

namespace Mesh.Conformance.Policies;

/// <summary>Cases in <c>kuma/matching</c>: which policies select a Dataplane, and the rules that they amount to.</summary>
public sealed class MatchingConformance
{
    private readonly ConformanceReport _report = new("matching");

    [Fact]
    public void Matching_AllCases_Agree()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance, "kuma", "matching");
        Assert.SkipUnless(Directory.Exists(root), "skipped: no cases of matching");
        foreach (var dataplane in Directory.EnumerateFiles(root, "*.dataplane.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var stem = dataplane[..^".dataplane.yaml".Length];
            if (Directory.Exists(stem))
            {
                foreach (var golden in Directory.EnumerateFiles(stem, "*.golden.yaml").Order(StringComparer.Ordinal))
                {
                    Judge(Path.GetRelativePath(root, golden), golden, () => Topology(stem, Path.GetFileName(golden)[..^".golden.yaml".Length]));
                }
            }
            else
            {
                Judge(Path.GetRelativePath(root, stem), stem + ".golden.yaml", () => Plain(stem));
            }
        }

        _report.Print();
        Assert.True(_report.Rate >= 1, _report.ToString());
    }

    private static JsonObject Plain(string stem)
    {
        var dataplane = CaseResources.ReadAll(stem + ".dataplane.yaml")[0];
        var resources = CaseResources.ReadAll(stem + ".policies.yaml");
        var matched = Match(dataplane, resources);
        return Path.GetFileName(Path.GetDirectoryName(stem)) switch
        {
            "fromrules" => new JsonObject { ["InboundRules"] = InboundRules(dataplane, matched, resources) },
            "torules" or "meshexternalservice" => new JsonObject { ["ResourceRules"] = ToRules(matched, resources) },
            _ => Items(matched, resources),
        };
    }

    private static JsonObject Topology(string stem, string name)
    {
        var dataplane = CaseResources.ReadAll(stem + ".dataplane.yaml")[0];
        var policies = CaseResources.ReadAll(stem + ".policies.yaml");
        var (policyHome, policyPlace, proxyHome) = name switch
        {
            "k8s-zone" => ("zone-k8s", "", "zone-k8s"),
            "uni-zone" => ("zone-uni", "", "zone-uni"),
            "policy-from-k8s-to-k8s" => ("zone-k8s", "zone-k8s", "zone-k8s-2"),
            "policy-from-k8s-to-uni" => ("zone-k8s", "zone-uni", "zone-uni"),
            "policy-global-uni-dpp-k8s-on-global" => ("global-uni", "", "zone-k8s"),
            "policy-global-uni-dpp-k8s-on-zone" => ("global-uni", "zone-uni", "zone-k8s"),
            _ => FromGlobal(name),
        };
        var placed = policies.Select(policy =>
        {
            var created = KdsTopology.CreatedOn(policyHome, policy);
            created = policyPlace.Length == 0 ? created : KdsTopology.SyncedTo(policyPlace, created);
            return policyHome.StartsWith("global", StringComparison.Ordinal)
                ? WithRole(created, PolicyRoles.System, KdsTopology.SystemNamespace)
                : policyPlace.Length > 0 ? WithRole(created, PolicyRoles.Producer, null) : created;
        });
        return Items(Match(KdsTopology.CreatedOn(proxyHome, dataplane), [.. placed]), policies);
    }

    /// <summary>Names like <c>policy-from-global-k8s-zone-uni-on-zone</c>.</summary>
    private static (string PolicyHome, string PolicyPlace, string ProxyHome) FromGlobal(string name)
    {
        var parts = name.Split('-');
        var zone = "zone-" + parts[5];
        return ("global-" + parts[3], parts[^1] == "zone" ? zone : "", zone);
    }

    private static Resource WithRole(Resource policy, string role, string? ns)
    {
        var labels = new Dictionary<string, string>(policy.Labels, StringComparer.Ordinal) { [ResourceLabels.PolicyRole] = role };
        if (ns is not null)
        {
            labels[ResourceLabels.KubernetesNamespace] = ns;
        }

        return policy with { Labels = labels };
    }

    private static MatchedPolicies Match(Resource dataplane, IReadOnlyList<Resource> resources) =>
        MeshPolicies.Create(PolicyCatalog.Default, resources, new ListDestinationIndex(dataplane.Mesh, resources)).Match(dataplane);

    private static JsonObject Items(MatchedPolicies matched, IReadOnlyList<Resource> resources) => new()
    {
        ["items"] = new JsonArray([.. matched.For(KindOf(resources)).Select(policy => CaseMeta.Of(policy, withSpec: true))]),
        ["next"] = null,
        ["total"] = 0,
    };

    private static JsonObject InboundRules(Resource dataplane, MatchedPolicies matched, IReadOnlyList<Resource> resources)
    {
        var result = new JsonObject();
        foreach (var section in ProxySection.Of(dataplane))
        {
            var rules = matched.Inbound(KindOf(resources), section.Key).Rules;
            if (rules.Count > 0)
            {
                result[section.Key] = new JsonArray([.. rules.Select(RuleText.Of)]);
            }
        }

        return result;
    }

    private static JsonObject ToRules(MatchedPolicies matched, IReadOnlyList<Resource> resources)
    {
        var result = new JsonObject();
        foreach (var rule in matched.To(KindOf(resources)).All)
        {
            result[rule.Target.ToString()] = RuleText.Of(rule, null);
        }

        return result;
    }

    /// <summary>Kind that a case is about: routes stand beside other policies as bystanders.</summary>
    private static string KindOf(IReadOnlyList<Resource> resources)
    {
        var policies = resources.Where(resource => resource.Descriptor.Policy is not null).Select(policy => policy.Kind).ToArray();
        return policies.LastOrDefault(kind => kind != TargetKinds.MeshHTTPRoute) ?? policies[0];
    }

    private void Judge(string name, string golden, Func<JsonObject> compute)
    {
        try
        {
            var differences = JsonDifference.Find(Testing.YamlTree.ReadAll(golden)[0], compute());
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
