using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Control.Services;

/// <summary>What the controllers of the three kinds of services share: an item is a service, which gets an address and names.</summary>
internal abstract class NamedServiceController(string name, string kind, IResourceStore store, ServiceNaming naming) : IController
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>Where statuses are written.</summary>
    protected IResourceStore Store { get; } = store;

    /// <summary>Addresses and names.</summary>
    protected ServiceNaming Naming { get; } = naming;

    /// <summary>The controllers by kind of service: a name that one kind gives up may go to another.</summary>
    public IReadOnlyDictionary<string, IController> Neighbours { get; set; } = new Dictionary<string, IController>();

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        if (change.Kind == kind)
        {
            Naming.Observe(change, view);
            dirty.Add(new WorkItem(this, change.Mesh, change.Name));
        }
        else if (change.Kind == Model.Kinds.HostnameGeneratorKind.Name)
        {
            foreach (var service in Naming.Observe(change, view).Where(service => service.Kind == kind))
            {
                dirty.Add(new WorkItem(this, service.Mesh, service.Name));
            }
        }

        ObserveMore(change, view, dirty);
    }

    /// <inheritdoc/>
    public void Prepare(IReadOnlyCollection<WorkItem> items, ControlView view, ICollection<WorkItem> dirty)
    {
        foreach (var service in Naming.Prepare(items.Select(item => new ResourceKey(kind, item.Mesh, item.Name)), view))
        {
            if (Neighbours.TryGetValue(service.Kind, out var controller))
            {
                dirty.Add(new WorkItem(controller, service.Mesh, service.Name));
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken)
    {
        if (!view.TryGetMesh(item.Mesh, out var mesh) || mesh.Find(kind, item.Name) is not { } service)
        {
            return null;
        }

        var (spec, status) = Compute(service, mesh);
        if (!ModelEquality.Same(service.Spec, spec) || !ModelEquality.Same(service.Status, status))
        {
            await Store.UpdateAsync(service with { Spec = spec, Status = status }, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Adds the services that other kinds of changes touch.</summary>
    protected virtual void ObserveMore(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
    }

    /// <summary>What the service should say.</summary>
    protected abstract (object Spec, object Status) Compute(Resource service, MeshFacts mesh);
}
