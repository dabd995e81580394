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
internal sealed class PartList(CompileCache cache)
{
    private readonly List<PlanFault> _faults = [];
    private readonly List<(ResourceType Type, InternedResource Resource)> _resources = [];
    private List<CompiledPart> _parts = [];
    private List<AssignmentTable.Entry> _assignments = [];

    /// <summary>What could not be compiled or has to be left out.</summary>
    internal IReadOnlyList<PlanFault> Faults => _faults;

    /// <summary>Goes over to the parts of a plan.</summary>
    /// <returns>False: it has the same resources as before.</returns>
    internal bool Take(IReadOnlyList<SubPlan> plans)
    {
        var next = new List<CompiledPart>(plans.Count);
        foreach (var plan in plans)
        {
            next.Add(cache.Acquire(plan));
        }

        // After the others were acquired: what both have must not go in between.
        var before = _parts;
        _parts = next;
        Release(before);
        if (HaveSameParts(before, next))
        {
            return false;
        }

        Gather();
        return true;
    }

    /// <summary>Adds the resources of all parts to a snapshot.</summary>
    internal void AddTo(SnapshotBuilder builder)
    {
        foreach (var (_, resource) in _resources)
        {
            builder.Add(resource);
        }
    }

    /// <summary>Gives everything back.</summary>
    internal void Clear()
    {
        Release(_parts);
        _parts = [];
        _resources.Clear();
        _faults.Clear();
        TakeAssignments([]);
    }

    private static bool HaveSameParts(List<CompiledPart> left, List<CompiledPart> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!ReferenceEquals(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lists the resources of the parts, load assignments in the version that goes with their cluster's.</summary>
    private void Gather()
    {
        _resources.Clear();
        _faults.Clear();
        Dictionary<string, InternedResource>? clusters = null;
        foreach (var part in _parts)
        {
            if (part.Fault is { } fault)
            {
                _faults.Add(fault);
            }

            foreach (var resource in part.Resources)
            {
                if (resource.TypeUrl == TypeUrls.Cluster)
                {
                    (clusters ??= new(StringComparer.Ordinal))[resource.Name] = resource.Interned;
                }
            }
        }

        var assignments = new List<AssignmentTable.Entry>();
        foreach (var part in _parts)
        {
            foreach (var resource in part.Resources)
            {
                if (resource.TypeUrl != TypeUrls.ClusterLoadAssignment)
                {
                    _resources.Add((resource.Type, resource.Interned));
                }
                else if (clusters?.TryGetValue(resource.Name, out var cluster) == true)
                {
                    var assignment = cache.Assignments.Acquire(resource, cluster);
                    assignments.Add(assignment);
                    _resources.Add((resource.Type, assignment.Interned));
                }
                else
                {
                    // Endpoints of a cluster that is not there make Envoys reject what comes with them.
                    _faults.Add(new PlanFault(resource.Name, "its cluster could not be built, so its endpoints are left out"));
                }
            }
        }

        TakeAssignments(assignments);
    }

    private void Release(List<CompiledPart> parts)
    {
        foreach (var part in parts)
        {
            cache.Release(part);
        }
    }

    private void TakeAssignments(List<AssignmentTable.Entry> next)
    {
        foreach (var before in _assignments)
        {
            cache.Assignments.Release(before);
        }

        _assignments = next;
    }
}
