using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Sync.Rules;

/// <summary>Which kinds travel in a direction (contract §1 and §4.2), in the order in which they are best asked for.</summary>
public static class SyncKinds
{
    /// <summary>Kinds that travel in a direction: Mesh, which others need to be there, then the others by name.</summary>
    public static IReadOnlyList<ResourceDescriptor> Of(ResourceCatalog catalog, SyncDirection direction)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return
        [
            .. catalog.All.Where(kind => Travels(kind, direction))
                .OrderBy(kind => kind.Kind != MeshKind.Name)
                .ThenBy(kind => kind.Kind, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether resources of a kind travel in a direction.</summary>
    public static bool Travels(ResourceDescriptor kind, SyncDirection direction)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return direction == SyncDirection.ZoneToGlobal
            ? kind.Sync.HasFlag(SyncDirections.ZoneToGlobal)
            : kind.Sync.HasFlag(SyncDirections.GlobalToZones) || PassesOn(kind);
    }

    /// <summary>
    /// Whether what one zone wrote is passed on to the others: kinds that the contract marks, and MeshTrusts, so that proxies of two zones trust each other
    /// without anybody copying certificates (Kuma does not; to its zones they look like Global's own).
    /// </summary>
    public static bool PassesOn(ResourceDescriptor kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Sync.HasFlag(SyncDirections.SyncedAcrossZones) || kind.Kind == MeshTrustKind.Name;
    }
}
