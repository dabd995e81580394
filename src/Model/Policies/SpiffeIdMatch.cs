using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Compares a SPIFFE id.</summary>
public sealed record SpiffeIdMatch
{
    /// <summary><see cref="Exact"/> or <see cref="Prefix"/>.</summary>
    [Mandatory]
    [Values(Exact, Prefix)]
    public string? Type { get; init; }

    /// <summary>A SPIFFE id, e.g. <c>spiffe://default.zone-1.mesh.local/workload/a</c>.</summary>
    [Mandatory]
    public string? Value { get; init; }

    /// <summary>The whole id must be equal.</summary>
    public const string Exact = "Exact";

    /// <summary>The id must be equal or continue with a <c>/</c>.</summary>
    public const string Prefix = "Prefix";
}
