using Mesh.Model.Policies;

namespace Mesh.Policies.Matching;

/// <summary>Whether a policy selects a proxy (contract §2.2).</summary>
internal static class PolicySelection
{
    internal static bool Selects(PolicyScope policy, TargetRef target, PolicySubject proxy) =>
        IsInZone(policy, proxy.Scope) && IsInNamespace(policy, proxy.Scope) && SelectsAny(target, proxy);

    /// <summary>A policy of a zone stays in it, unless its author offers it to callers elsewhere.</summary>
    private static bool IsInZone(in PolicyScope policy, in PolicyScope proxy) =>
        policy.Role == PolicyRoles.Producer
        || proxy.Origin != "zone"
        || policy.Origin != "zone"
        || policy.Zone.Length == 0
        || policy.Zone == proxy.Zone;

    private static bool IsInNamespace(in PolicyScope policy, in PolicyScope proxy) =>
        policy.Role is not (PolicyRoles.Consumer or PolicyRoles.WorkloadOwner) || policy.Namespace == proxy.Namespace;

    private static bool SelectsAny(TargetRef target, PolicySubject proxy)
    {
        // A delegated gateway has no inbounds to select and counts as selected.
        switch (target.Kind)
        {
            case TargetKinds.Mesh:
                return proxy.IsGateway || proxy.Sections.Count > 0;
            case TargetKinds.Dataplane:
                break;
            default:
                return false;
        }

        if (target.Labels is { } labels && !LabelMatch.Matches(proxy.Dataplane, labels))
        {
            return false;
        }

        if (proxy.IsGateway || string.IsNullOrEmpty(target.SectionName))
        {
            return proxy.IsGateway || proxy.Sections.Count > 0;
        }

        for (var i = 0; i < proxy.Sections.Count; i++)
        {
            if (proxy.Sections[i].IsNamed(target.SectionName))
            {
                return true;
            }
        }

        return false;
    }
}
