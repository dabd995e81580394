using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>Whether a policy selects a proxy (contract §2.2).</summary>
internal static class PolicySelection
{
    internal static bool Selects(PolicyDocument policy, Resource dataplane, IReadOnlyList<ProxySection> sections, bool includeShadow) =>
        (includeShadow || !policy.IsShadow) && Selects(policy.Resource, policy.Target, dataplane, sections);

    internal static bool Selects(Resource policy, TargetRef target, Resource dataplane, IReadOnlyList<ProxySection> sections) =>
        IsInZone(policy, dataplane) && IsInNamespace(policy, dataplane) && SelectsAny(target, dataplane, sections);

    /// <summary>A policy of a zone stays in it, unless its author offers it to callers elsewhere.</summary>
    private static bool IsInZone(Resource policy, Resource dataplane)
    {
        if (policy.Label(ResourceLabels.PolicyRole) == PolicyRoles.Producer
            || dataplane.Label(ResourceLabels.Origin) != "zone"
            || policy.Label(ResourceLabels.Origin) != "zone")
        {
            return true;
        }

        var zone = policy.Label(ResourceLabels.Zone);
        return zone.Length == 0 || zone == dataplane.Label(ResourceLabels.Zone);
    }

    private static bool IsInNamespace(Resource policy, Resource dataplane) =>
        policy.Label(ResourceLabels.PolicyRole) is not (PolicyRoles.Consumer or PolicyRoles.WorkloadOwner)
        || policy.Label(ResourceLabels.KubernetesNamespace) == dataplane.Label(ResourceLabels.KubernetesNamespace);

    private static bool SelectsAny(TargetRef target, Resource dataplane, IReadOnlyList<ProxySection> sections)
    {
        // A delegated gateway has no inbounds to select and counts as selected.
        var isGateway = (dataplane.Spec as DataplaneSpec)?.Networking?.Gateway is not null;
        switch (target.Kind)
        {
            case TargetKinds.Mesh:
                return isGateway || sections.Count > 0;
            case TargetKinds.Dataplane:
                break;
            default:
                return false;
        }

        if (target.Labels is { } labels && !LabelMatch.Matches(dataplane, labels))
        {
            return false;
        }

        if (isGateway || string.IsNullOrEmpty(target.SectionName))
        {
            return isGateway || sections.Count > 0;
        }

        foreach (var section in sections)
        {
            if (section.IsNamed(target.SectionName))
            {
                return true;
            }
        }

        return false;
    }
}
