using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Insights;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control.Workloads;

/// <summary>
/// Makes a Workload and a MeshService of every value of <c>kuma.io/workload</c> on a mesh's Dataplanes, keeps them, and takes
/// them away when the last Dataplane has gone: the Workload at once, the MeshService after a grace period. An item is a value.
/// </summary>
internal sealed class WorkloadController(IResourceStore store, TimeProvider clock, ZoneControlOptions options, ILogger logger) : IController
{
    private readonly WorkloadServices _services = new(store, clock, options);
    private readonly HashSet<(string Mesh, string Workload)> _refused = [];

    /// <inheritdoc/>
    public string Name => "workload";

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        switch (change.Kind)
        {
            case DataplaneKind.Name when change.IsOfWish:
                Add(change.Mesh, change.Before?.Label(ResourceLabels.Workload), dirty);
                Add(change.Mesh, change.After?.Label(ResourceLabels.Workload), dirty);
                break;
            case DataplaneInsightKind.Name when IsConnected(change.Before) != IsConnected(change.After):
                Add(change.Mesh, view.Find(new ResourceKey(DataplaneKind.Name, change.Mesh, change.Name))?.Label(ResourceLabels.Workload), dirty);
                break;
            case WorkloadKind.Name:
            case MeshServiceKind.Name when WorkloadServices.IsGenerated(change.Any) || change.After is null:
                Add(change.Mesh, change.Name, dirty);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken)
    {
        if (!view.TryGetMesh(item.Mesh, out var mesh) || view.Global(MeshKind.Name).ContainsKey(item.Mesh) == false)
        {
            return null;
        }

        var dataplanes = mesh.SelectDataplanes(new Dictionary<string, string> { [ResourceLabels.Workload] = item.Name }).ToList();
        if (dataplanes.Count > 0 && !ResourceNames.IsName(item.Name))
        {
            Refuse(item, "Workload");
            return null;
        }

        await KeepWorkloadAsync(item, mesh, dataplanes, cancellationToken).ConfigureAwait(false);
        if (ResourceNames.IsServiceName(item.Name))
        {
            return await _services.KeepAsync(item.Mesh, item.Name, mesh, dataplanes, cancellationToken).ConfigureAwait(false);
        }

        if (dataplanes.Count > 0)
        {
            Refuse(item, "MeshService");
        }

        return null;
    }

    private static bool IsConnected(Resource? insight) => ProxyStates.IsConnected((DataplaneInsightSpec?)insight?.Spec);

    private static WorkloadStatus StatusOf(List<Resource> dataplanes, MeshFacts mesh) => new()
    {
        DataplaneProxies = new WorkloadProxies
        {
            Total = dataplanes.Count,
            Connected = dataplanes.Count(dataplane => IsConnected(mesh.Find(DataplaneInsightKind.Name, dataplane.Name))),
            Healthy = dataplanes.Count(dataplane => dataplane.SpecAs<DataplaneSpec>().Networking?.Inbound?.Any(ProxyStates.IsReady) == true),
        },
    };

    private void Add(string mesh, string? workload, ICollection<WorkItem> dirty)
    {
        if (!string.IsNullOrEmpty(workload))
        {
            dirty.Add(new WorkItem(this, mesh, workload));
        }
    }

    private void Refuse(WorkItem item, string what)
    {
        lock (_refused)
        {
            if (_refused.Add((item.Mesh, item.Name)))
            {
                ControlLog.NameUnusable(logger, what, item.Mesh, item.Name);
            }
        }
    }

    private async ValueTask KeepWorkloadAsync(WorkItem item, MeshFacts mesh, List<Resource> dataplanes, CancellationToken cancellationToken)
    {
        var workload = mesh.Find(WorkloadKind.Name, item.Name);
        if (workload is null)
        {
            if (dataplanes.Count > 0)
            {
                await store.CreateAsync(NewWorkload(item, StatusOf(dataplanes, mesh)), cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (dataplanes.Count == 0 && workload.Label(ResourceLabels.ManagedBy) == GeneratedLabels.WorkloadGenerator)
        {
            await store.DeleteAsync(workload.Key, workload.Version, cancellationToken).ConfigureAwait(false);
            return;
        }

        var status = StatusOf(dataplanes, mesh);
        if (!ModelEquality.Same(workload.Status, status))
        {
            await store.UpdateAsync(workload with { Status = status }, cancellationToken).ConfigureAwait(false);
        }
    }

    private Resource NewWorkload(WorkItem item, WorkloadStatus status) => new()
    {
        Descriptor = WorkloadKind.Resource,
        Mesh = item.Mesh,
        Name = item.Name,
        Labels = GeneratedLabels.OfWorkload(item.Mesh, options),
        Spec = new WorkloadSpec(),
        Status = status,
    };
}
