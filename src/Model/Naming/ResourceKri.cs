using Mesh.Model.Resources;

namespace Mesh.Model.Naming;

/// <summary>KRIs of resources.</summary>
public static class ResourceKri
{
    /// <summary>
    /// The name that stays the same on every control plane: zone and namespace come from the labels, the name is the display
    /// name. Resources of global scope have an empty mesh.
    /// </summary>
    public static Kri GetKri(this Resource resource, string section = "") => new(
        resource.Descriptor.ShortName,
        resource.Mesh,
        resource.Label(ResourceLabels.Zone),
        resource.Label(ResourceLabels.KubernetesNamespace),
        resource.DisplayName,
        section);
}
