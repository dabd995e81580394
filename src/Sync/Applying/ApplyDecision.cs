using Mesh.Model.Resources;

namespace Mesh.Sync.Applying;

/// <summary>What a side does with a resource that its peer sent.</summary>
public readonly struct ApplyDecision
{
    private ApplyDecision(Resource? write, string? refusal) => (Write, Refusal) = (write, refusal);

    /// <summary>What to store; null: nothing.</summary>
    public Resource? Write { get; }

    /// <summary>Why it is not taken; null: it is.</summary>
    public string? Refusal { get; }

    /// <summary>It is stored as it is already.</summary>
    public static ApplyDecision Unchanged => default;

    /// <summary>Store this.</summary>
    public static ApplyDecision Put(Resource resource) => new(resource, null);

    /// <summary>Leave what is stored.</summary>
    public static ApplyDecision Refuse(string reason) => new(null, reason);
}
