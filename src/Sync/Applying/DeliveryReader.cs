using Mesh.Model.Resources;
using Mesh.Sync.Names;
using Mesh.Sync.Wire;

namespace Mesh.Sync.Applying;

/// <summary>Reads what a response brings: what cannot be read is a fault of its own.</summary>
public static class DeliveryReader
{
    /// <summary>Reads a response.</summary>
    /// <param name="kind">Kind of the response.</param>
    /// <param name="resources">Wire names and encoded <c>KumaResource</c>s; not used after the call.</param>
    /// <param name="removed">Wire names of what is gone. One that cannot be a name is no fault: there is nothing of it.</param>
    /// <param name="faults">What was found wrong before.</param>
    /// <param name="isFullSet">The peer names everything that there is. With a resource whose name is unknown it cannot be told what is gone, and nothing is.</param>
    public static SyncDelivery Read(
        ResourceDescriptor kind,
        IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> resources,
        IEnumerable<string> removed,
        IEnumerable<string> faults,
        bool isFullSet)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(removed);
        var readable = new List<Resource>();
        var unreadable = new List<ResourceKey>();
        var found = faults.Select(fault => new SyncFault(kind.Kind, "", "", fault)).ToList();
        var namesAll = found.Count == 0;
        foreach (var (name, payload) in resources)
        {
            var decoded = KumaResourceCodec.Decode(kind, name, payload.Span);
            if (decoded.IsReadable)
            {
                readable.Add(decoded.Resource);
                continue;
            }

            found.AddRange(decoded.Faults);
            if (SyncNames.TrySplit(kind, name, out var key))
            {
                unreadable.Add(key.Value);
            }
            else
            {
                namesAll = false;
            }
        }

        return new SyncDelivery
        {
            Kind = kind,
            Resources = readable,
            Unreadable = unreadable,
            Removed = [.. removed.Select(name => SyncNames.TrySplit(kind, name, out var key) ? key : null).OfType<ResourceKey>()],
            Faults = found,
            IsFullSet = isFullSet && namesAll,
        };
    }
}
