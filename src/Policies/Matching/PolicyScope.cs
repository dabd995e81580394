using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>Labels of a policy or a proxy that say where it belongs; empty where there is none.</summary>
/// <param name="Role">Role of a policy (<see cref="PolicyRoles"/>).</param>
/// <param name="Origin"><c>zone</c> or <c>global</c>.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Namespace">Its namespace.</param>
internal readonly record struct PolicyScope(string Role, string Origin, string Zone, string Namespace)
{
    internal static PolicyScope Of(Resource resource) => new(
        resource.Label(ResourceLabels.PolicyRole),
        resource.Label(ResourceLabels.Origin),
        resource.Label(ResourceLabels.Zone),
        resource.Label(ResourceLabels.KubernetesNamespace));
}
