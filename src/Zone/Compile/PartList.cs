using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Envoy.Names;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// Compiled parts that go into snapshots together. Parts that stay the same stay in use, so nothing of them is compiled
/// again. Used by one thread at a time.
/// </summary>
internal sealed class PartList(CompileCache cache, ResourceEngine engine)
{
    private readonly List<(SubPlan Plan, CompiledPart Part)> _parts = [];
    private Dictionary<string, Assignment> _assignments = new(StringComparer.Ordinal);

    /// <summary>Goes over to the parts of a plan.</summary>
    internal void Take(IReadOnlyList<SubPlan> plans, List<PlanFault> faults)
    {
        var before = _parts.Count;
        foreach (var plan in plans)
        {
            var part = cache.Acquire(plan);
            _parts.Add((plan, part));
            if (part.Fault is { } fault)
            {
                faults.Add(fault);
            }
        }

        // After the others were acquired: what both have must not go in between.
        Release(before);
    }

    /// <summary>Adds the resources of all parts to a snapshot.</summary>
    internal void AddTo(SnapshotBuilder builder, List<PlanFault> faults)
    {
        var clusters = new Dictionary<string, InternedResource>(StringComparer.Ordinal);
        foreach (var (_, part) in _parts)
        {
            foreach (var resource in part.Resources)
            {
                if (resource.TypeUrl == TypeUrls.Cluster)
                {
                    clusters[resource.Name] = resource.Interned;
                }
            }
        }

        var assignments = new Dictionary<string, Assignment>(StringComparer.Ordinal);
        foreach (var (_, part) in _parts)
        {
            foreach (var resource in part.Resources)
            {
                if (resource.TypeUrl != TypeUrls.ClusterLoadAssignment)
                {
                    builder.Add(resource.Interned);
                }
                else if (clusters.TryGetValue(resource.Name, out var cluster))
                {
                    var assignment = assignments[resource.Name] = ForCluster(resource, cluster);
                    builder.Add(assignment.Interned);
                }
                else
                {
                    // Endpoints of a cluster that is not there make Envoys reject what comes with them.
                    faults.Add(new PlanFault(resource.Name, "its cluster could not be built, so its endpoints are left out"));
                }
            }
        }

        TakeAssignments(assignments);
    }

    /// <summary>Gives everything back.</summary>
    internal void Clear()
    {
        Release(_parts.Count);
        TakeAssignments(new(StringComparer.Ordinal));
    }

    /// <summary>
    /// A load assignment under a version that covers its cluster's: Envoy wants it again after its cluster changed. As
    /// long as neither changes it is the one from before, so nothing is hashed again.
    /// </summary>
    private Assignment ForCluster(CompiledResource assignment, InternedResource cluster)
    {
        if (_assignments.TryGetValue(assignment.Name, out var known)
            && ReferenceEquals(known.Source, assignment) && known.Cluster == cluster.Version)
        {
            return known;
        }

        var interned = engine.Intern(assignment.Type, assignment.Name, engine.Message(assignment.Interned.Ref), cluster);
        return new Assignment(assignment, cluster.Version, interned);
    }

    private void Release(int count)
    {
        foreach (var (plan, _) in _parts.Take(count))
        {
            cache.Release(plan);
        }

        _parts.RemoveRange(0, count);
    }

    private void TakeAssignments(Dictionary<string, Assignment> next)
    {
        foreach (var (name, before) in _assignments)
        {
            if (!next.TryGetValue(name, out var now) || !ReferenceEquals(now, before))
            {
                before.Interned.Dispose();
            }
        }

        _assignments = next;
    }

    /// <summary>A load assignment in the version that goes with a version of its cluster.</summary>
    private sealed record Assignment(CompiledResource Source, VersionId Cluster, InternedResource Interned);
}
