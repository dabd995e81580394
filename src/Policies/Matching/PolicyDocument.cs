using System.Text.Json.Nodes;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>One policy, read once: what matching and merging ask of it. Immutable.</summary>
internal sealed class PolicyDocument
{
    private PolicyDocument(Resource resource, TargetRef target)
    {
        Resource = resource;
        Target = target;
        Kri = resource.GetKri();
        Order = new PolicyOrder(resource, target);
        Scope = PolicyScope.Of(resource);
        IsShadow = resource.Label(ResourceLabels.Effect) == "shadow";
    }

    internal Resource Resource { get; }

    internal Kri Kri { get; }

    internal TargetRef Target { get; }

    internal PolicyOrder Order { get; }

    /// <summary>Where it belongs.</summary>
    internal PolicyScope Scope { get; }

    /// <summary>Shown by inspection, never delivered.</summary>
    internal bool IsShadow { get; }

    internal IReadOnlyList<DocumentTo> To { get; private init; } = [];

    internal IReadOnlyList<InboundRule> Rules { get; private init; } = [];

    /// <summary>The configuration of a kind with one per proxy.</summary>
    internal JsonObject? Single { get; private init; }

    internal static PolicyDocument Read(Resource policy, ConfMerging merging)
    {
        var spec = policy.Spec as IPolicySpec;
        var document = new PolicyDocument(policy, spec?.TargetRef ?? TargetRef.WholeMesh);
        return new PolicyDocument(policy, document.Target)
        {
            To = spec is IOutboundPolicySpec { To: { } to } ? ReadTo(document, to, merging) : [],
            Rules = spec is IInboundPolicySpec { Rules: { } rules } ? ReadRules(document, rules) : [],
            Single = spec is IProxyPolicySpec single ? JsonTree.ToObject(single.Conf) : null,
        };
    }

    /// <summary>Entries that are null count for positions and for nothing else.</summary>
    private static List<DocumentTo> ReadTo(PolicyDocument document, IReadOnlyList<IOutboundEntry?> entries, ConfMerging merging)
    {
        var result = new List<DocumentTo>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not { } entry)
            {
                continue;
            }

            var target = entry.TargetRef ?? TargetRef.WholeMesh;
            if (target.Labels is { Count: > 0 } labels)
            {
                target = target with { Labels = LabelMatch.InNamespaceOf(document.Resource, labels) };
            }

            result.Add(new DocumentTo(new ConfOrigin(document.Kri, i, document.Resource), document.Order, target, merging.ConfOf(entry)));
        }

        return result;
    }

    /// <summary>An entry with several matches becomes as many rules; they share one configuration.</summary>
    private static List<InboundRule> ReadRules(PolicyDocument document, IReadOnlyList<IInboundRule?> entries)
    {
        var result = new List<InboundRule>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not { } entry)
            {
                continue;
            }

            var origin = new ConfOrigin(document.Kri, i, document.Resource);
            var conf = new MergedConf(JsonTree.ToObject(entry.Conf), [origin]);
            if (entry.Matches is not { Count: > 0 } matches)
            {
                result.Add(new InboundRule(null, conf, origin));
                continue;
            }

            foreach (var match in matches.OfType<Match>())
            {
                result.Add(new InboundRule(match, conf, origin));
            }
        }

        return result;
    }
}
