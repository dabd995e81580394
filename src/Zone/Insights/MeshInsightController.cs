using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Insights;

/// <summary>
/// Keeps the MeshInsight of every mesh: written when a count differs, at most once in an interval, and seldom enough that counting a
/// mesh of any size takes a small share of the time. An item is a mesh.
/// </summary>
internal sealed class MeshInsightController(IResourceStore store, TimeProvider clock, ZoneControlOptions options) : IController
{
    /// <summary>Counting takes at most one part in this many of the time.</summary>
    private const int Share = 20;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _rests = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "mesh-insight";

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        if (change.Kind is MeshKind.Name or MeshInsightKind.Name)
        {
            dirty.Add(new WorkItem(this, "", change.Name));
        }
        else if (change.Mesh.Length > 0 && MayCount(change))
        {
            dirty.Add(new WorkItem(this, "", change.Mesh));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken)
    {
        if (!view.Global(MeshKind.Name).ContainsKey(item.Name))
        {
            _rests.TryRemove(item.Name, out _);
            return null;
        }

        var known = view.Find(new ResourceKey(MeshInsightKind.Name, "", item.Name));
        var next = known is null ? default : known.ModificationTime + options.MeshInsightInterval;
        if (_rests.TryGetValue(item.Name, out var rest) && rest > next)
        {
            next = rest;
        }

        if (next > clock.GetUtcNow())
        {
            return next;
        }

        var began = clock.GetTimestamp();
        var spec = MeshInsightBuilder.Build(view.TryGetMesh(item.Name, out var mesh) ? mesh : new MeshFacts(item.Name));
        _rests[item.Name] = clock.GetUtcNow() + (clock.GetElapsedTime(began) * Share);
        if (known is null)
        {
            await store.CreateAsync(New(item.Name, spec), cancellationToken).ConfigureAwait(false);
        }
        else if (!ModelEquality.Same(known.Spec, spec))
        {
            await store.UpdateAsync(known with { Spec = spec }, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>
    /// A status does not count; of Dataplanes the spec does, and of their insights what is counted of it: a proxy's counters change with each of its answers.
    /// </summary>
    private static bool MayCount(in ObservedChange change)
    {
        if (change.Before is null || change.After is null)
        {
            return true;
        }

        return change.Kind switch
        {
            DataplaneKind.Name => !ReferenceEquals(change.Before.Spec, change.After.Spec),
            DataplaneInsightKind.Name => !MeshInsightBuilder.CountsAlike(change.Before.SpecAs<DataplaneInsightSpec>(), change.After.SpecAs<DataplaneInsightSpec>()),
            _ => false,
        };
    }

    private static Resource New(string mesh, MeshInsightSpec spec) => new()
    {
        Descriptor = MeshInsightKind.Resource,
        Name = mesh,
        Spec = spec,
        Owner = new ResourceKey(MeshKind.Name, "", mesh),
    };
}
