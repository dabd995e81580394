using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Insights;

/// <summary>
/// Keeps the MeshInsight of every mesh: written when a count differs, at most once in an interval, and seldom enough that counting a
/// mesh of any size takes a small share of the time. A change is counted a little later than it comes: proxies are to have it first. An item is a mesh.
/// </summary>
internal sealed class MeshInsightController(IResourceStore store, TimeProvider clock, ZoneControlOptions options) : IController
{
    /// <summary>Counting takes at most one part in this many of the time.</summary>
    private const int Share = 20;

    private readonly ConcurrentDictionary<string, Counted> _counted = new(StringComparer.Ordinal);

    // When the first change came of those that are not counted yet.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _uncounted = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "mesh-insight";

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        var mesh = change.Kind is MeshKind.Name or MeshInsightKind.Name ? change.Name : change.Mesh;
        if (mesh.Length > 0 && MayCount(change))
        {
            _uncounted.TryAdd(mesh, clock.GetUtcNow());
            dirty.Add(new WorkItem(this, "", mesh));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken)
    {
        if (!view.Global(MeshKind.Name).ContainsKey(item.Name))
        {
            _counted.TryRemove(item.Name, out _);
            _uncounted.TryRemove(item.Name, out _);
            return null;
        }

        var known = view.Find(new ResourceKey(MeshInsightKind.Name, "", item.Name));
        var next = Next(item.Name, known);
        if (next > clock.GetUtcNow())
        {
            return next;
        }

        _uncounted.TryRemove(item.Name, out _);
        var began = clock.GetTimestamp();
        var spec = MeshInsightBuilder.Build(view.TryGetMesh(item.Name, out var mesh) ? mesh : new MeshFacts(item.Name));
        _counted[item.Name] = new Counted(spec, clock.GetUtcNow() + (clock.GetElapsedTime(began) * Share));
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

    /// <summary>When a mesh is to be counted: what is counted for the first time need not wait.</summary>
    private DateTimeOffset Next(string mesh, Resource? known)
    {
        var next = known is null ? default : known.ModificationTime + options.MeshInsightInterval;
        if (!_counted.TryGetValue(mesh, out var counted))
        {
            return next;
        }

        var told = _uncounted.TryGetValue(mesh, out var first) ? first + options.InsightDelay : default;
        next = next > counted.Rest ? next : counted.Rest;
        return next > told ? next : told;
    }

    /// <summary>
    /// Of Dataplanes and their insights what is counted does: an address changes, and a proxy's counters with each of its answers. Of others, that they come and
    /// go. Counts that were written here are no news.
    /// </summary>
    private bool MayCount(in ObservedChange change)
    {
        if (change.Kind is MeshInsightKind.Name && change.After is { } written)
        {
            return !_counted.TryGetValue(change.Name, out var counted) || !ModelEquality.Same(counted.Spec, written.Spec);
        }

        if (change.Before is null || change.After is null)
        {
            return true;
        }

        return change.Kind switch
        {
            DataplaneKind.Name => !MeshInsightBuilder.CountsAlike(change.Before.SpecAs<DataplaneSpec>(), change.After.SpecAs<DataplaneSpec>()),
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

    /// <summary>What a mesh was counted to be.</summary>
    /// <param name="Spec">The counts.</param>
    /// <param name="Rest">Not to be counted again before.</param>
    private sealed record Counted(MeshInsightSpec Spec, DateTimeOffset Rest);
}
