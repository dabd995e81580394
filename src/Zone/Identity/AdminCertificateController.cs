using Mesh.Model.Kinds;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Identity;

/// <summary>Has the admin certificates of known Dataplanes made before their proxies come. There is nothing to be kept true, so it has no items.</summary>
internal sealed class AdminCertificateController(AdminCertificates certificates) : IController
{
    /// <inheritdoc/>
    public string Name => "admin-certificate";

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        if (change.After?.Spec is DataplaneSpec { Networking.Address: { } address })
        {
            certificates.Expect(address);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken) => default;
}
