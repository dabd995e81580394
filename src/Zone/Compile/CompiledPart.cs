using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// What came of a sub-plan, shared by every proxy that has an equal one. Its resources live while somebody uses it.
/// </summary>
internal sealed class CompiledPart : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<VersionId, InternedResource> _assignments = [];

    internal CompiledPart(IReadOnlyList<CompiledResource> resources, PlanFault? fault)
    {
        Resources = resources;
        Fault = fault;
    }

    /// <summary>The resources; empty when it could not be compiled.</summary>
    internal IReadOnlyList<CompiledResource> Resources { get; }

    /// <summary>Why it could not be compiled, or null.</summary>
    internal PlanFault? Fault { get; }

    /// <summary>
    /// A load assignment under a version that covers its cluster's: Envoy wants it again after its cluster changed.
    /// </summary>
    internal InternedResource ForCluster(ResourceEngine engine, CompiledResource assignment, InternedResource cluster)
    {
        lock (_lock)
        {
            if (!_assignments.TryGetValue(cluster.Version, out var interned))
            {
                var message = engine.Message(assignment.Interned.Ref);
                _assignments.Add(cluster.Version, interned = engine.Intern(assignment.Type, assignment.Name, message, cluster));
            }

            return interned;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var resource in Resources)
        {
            resource.Interned.Dispose();
        }

        lock (_lock)
        {
            foreach (var interned in _assignments.Values)
            {
                interned.Dispose();
            }

            _assignments.Clear();
        }
    }
}
