using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Compares a server name.</summary>
public sealed record SniMatch
{
    /// <summary>Always <c>Exact</c>.</summary>
    [Mandatory]
    [Values("Exact")]
    public string? Type { get; init; }

    /// <summary>The server name.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
