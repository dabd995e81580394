using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// What came of a sub-plan, shared by every proxy that has an equal one. Its resources live while somebody uses it.
/// </summary>
internal sealed class CompiledPart : IDisposable
{
    internal CompiledPart(object owner, IReadOnlyList<CompiledResource> resources, PlanFault? fault)
    {
        Owner = owner;
        Resources = resources;
        Fault = fault;
    }

    /// <summary>The cache's entry that counts its uses.</summary>
    internal object Owner { get; }

    /// <summary>The resources; empty when it could not be compiled.</summary>
    internal IReadOnlyList<CompiledResource> Resources { get; }

    /// <summary>Why it could not be compiled, or null.</summary>
    internal PlanFault? Fault { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var resource in Resources)
        {
            resource.Interned.Dispose();
        }
    }
}
