using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Sync.Rules;

namespace Mesh.Zone.Sync;

/// <summary>Makes what came from Global the zone's own.</summary>
internal sealed class SyncRelease(IResourceStore store, ResourceCatalog catalog, string zone)
{
    private const int Window = 512;
    private const int Attempts = 8;

    /// <summary>Relabels everything.</summary>
    /// <returns>How many resources changed hands.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var kind in SyncKinds.Of(catalog, SyncDirection.GlobalToZone))
        {
            var query = new ResourceQuery { Kind = kind.Kind, Filter = IsReleased };
            var found = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var some in found.Items.Chunk(Window))
            {
                var written = await Task.WhenAll(some.Select(resource => ReleaseAsync(resource, cancellationToken))).ConfigureAwait(false);
                count += written.Count(changed => changed);
            }
        }

        return count;
    }

    private bool IsReleased(Resource resource) =>
        SyncLabels.IsOfGlobal(resource) && (resource.Label(ResourceLabels.Zone) is { Length: 0 } || resource.Label(ResourceLabels.Zone) == zone);

    private async Task<bool> ReleaseAsync(Resource resource, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await store.GetAsync(resource.Key, cancellationToken).ConfigureAwait(false);
            if (stored is null || !IsReleased(stored))
            {
                return false;
            }

            try
            {
                await store.UpdateAsync(stored with { Labels = Relabel(stored) }, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (ResourceNotFoundException)
            {
                return false;
            }
            catch (ResourceConflictException) when (attempt < Attempts)
            {
                // Someone else wrote it between reading and writing.
            }
        }
    }

    private Dictionary<string, string> Relabel(Resource resource)
    {
        var labels = new Dictionary<string, string>(resource.Labels, StringComparer.Ordinal) { [ResourceLabels.Origin] = SyncLabels.ZoneOrigin };
        if (resource.Descriptor.Sync.HasFlag(SyncDirections.ProvidedByZone))
        {
            labels[ResourceLabels.Zone] = zone;
        }

        return labels;
    }
}
