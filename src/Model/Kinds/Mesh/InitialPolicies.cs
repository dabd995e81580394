using Mesh.Model.Labels;
using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>The policies that a new mesh begins with (contract §2.5). Pure.</summary>
public static class InitialPolicies
{
    private const string AllKinds = "*";

    /// <summary>What the catalogue lists for a mesh, without the kinds that the mesh does not want.</summary>
    /// <param name="catalog">Kinds and their defaults.</param>
    /// <param name="mesh">The Mesh.</param>
    /// <param name="labels">The control plane that writes them.</param>
    public static IEnumerable<Resource> Of(ResourceCatalog catalog, Resource mesh, LabelContext labels)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(mesh);
        var skipped = mesh.SpecAs<MeshSpec>().SkipCreatingInitialPolicies ?? [];
        if (skipped.Contains(AllKinds))
        {
            yield break;
        }

        foreach (var kind in catalog.All.Where(kind => kind.MeshDefaults is not null && !skipped.Contains(kind.Kind)))
        {
            foreach (var item in kind.MeshDefaults!(mesh.Name))
            {
                var policy = new Resource { Descriptor = kind, Mesh = mesh.Name, Name = item.Name, Spec = item.Spec };
                yield return policy with { Labels = LabelComputation.Compute(policy, labels) };
            }
        }
    }
}
