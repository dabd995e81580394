using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Identity;

/// <summary>
/// Has the admin certificates of known Dataplanes made before their proxies come, and forgotten when the last Dataplane of an address is gone. There is nothing
/// to be kept true, so it has no items.
/// </summary>
internal sealed class AdminCertificateController(AdminCertificates certificates) : IController
{
    // Dataplanes of each address.
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "admin-certificate";

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        var (before, after) = (AddressOf(change.Before), AddressOf(change.After));
        if (after is not null)
        {
            certificates.Expect(after);
        }

        if (before == after)
        {
            return;
        }

        if (after is not null)
        {
            _known[after] = _known.GetValueOrDefault(after) + 1;
        }

        if (before is not null && (_known[before] = _known.GetValueOrDefault(before) - 1) <= 0)
        {
            _known.Remove(before);
            certificates.Forget(before);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken) => default;

    private static string? AddressOf(Resource? resource) => (resource?.Spec as DataplaneSpec)?.Networking?.Address;
}
