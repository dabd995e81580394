using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Which proxies (top level) or destinations (<c>to</c>) something is about (contract §2.1).</summary>
public sealed record TargetRef
{
    /// <summary>One of <see cref="TargetKinds"/>.</summary>
    [Mandatory]
    public string? Kind { get; init; }

    /// <summary>Labels that the resources must carry. For Dataplane null or empty means all.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Inbound, listener or port by name or number; null: all of them.</summary>
    public string? SectionName { get; init; }

    /// <summary>The reference that an absent one stands for.</summary>
    public static TargetRef WholeMesh { get; } = new() { Kind = TargetKinds.Mesh };
}
