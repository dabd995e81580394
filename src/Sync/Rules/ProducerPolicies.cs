using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Sync.Rules;

/// <summary>
/// Which policies of a zone are for the callers in other zones: those of the owner of a service about calls to it (contract §2.4). The label alone says
/// nothing: a zone could set it on any policy and configure the proxies of every other zone.
/// </summary>
internal static class ProducerPolicies
{
    private const string ProducerRole = "producer";
    private const string Universal = "universal";

    /// <summary>
    /// Whether a policy has the role and the content of it: it is of a namespace, and speaks about nothing but calls to services, or routes, of this namespace
    /// that it names.
    /// </summary>
    public static bool Contains(Resource policy)
    {
        var space = policy.Label(ResourceLabels.KubernetesNamespace);
        return policy.Label(ResourceLabels.PolicyRole) == ProducerRole
            && space.Length > 0
            && policy.Label(ResourceLabels.Env) != Universal
            && policy.Spec is IOutboundPolicySpec { To: { Count: > 0 } destinations } and not IInboundPolicySpec { Rules.Count: > 0 }
            && destinations.All(destination => IsOfNamespace(destination.TargetRef, space));
    }

    private static bool IsOfNamespace(TargetRef? target, string space) =>
        target is { Kind: TargetKinds.MeshService or TargetKinds.MeshHTTPRoute, Labels: { } labels }
        && labels.ContainsKey(ResourceLabels.DisplayName)
        && labels.All(label => label.Key == ResourceLabels.DisplayName || (label.Key == ResourceLabels.KubernetesNamespace && label.Value == space));
}
