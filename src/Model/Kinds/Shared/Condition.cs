using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>One thing that the system found out about a resource.</summary>
public sealed record Condition
{
    /// <summary>What it is about, e.g. <c>Ready</c>.</summary>
    [Mandatory]
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    [Mandatory]
    [Values("True", "False", "Unknown")]
    public required string Status { get; init; }

    /// <summary>One word for programs.</summary>
    [Mandatory]
    public required string Reason { get; init; }

    /// <summary>A sentence for people; may be empty.</summary>
    [Mandatory]
    public required string Message { get; init; }
}
