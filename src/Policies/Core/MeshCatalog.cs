using System.Reflection;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Policies.Core;

/// <summary>All kinds of the product: those of the model and every policy found in this assembly.</summary>
public static class MeshCatalog
{
    private static readonly Lazy<ResourceCatalog> _shared = new(() => new ResourceCatalog([.. ModelKinds.All, .. FindPolicies()]));

    /// <summary>The catalogue; built once, the same object each time.</summary>
    public static ResourceCatalog Create() => _shared.Value;

    private static IEnumerable<ResourceDescriptor> FindPolicies() =>
        from type in typeof(MeshCatalog).Assembly.GetTypes()
        where type.IsDefined(typeof(PolicyKindAttribute), false)
        select (ResourceDescriptor)type.GetProperty("Resource", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
