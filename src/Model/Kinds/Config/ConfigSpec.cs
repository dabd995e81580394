using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>A value that control planes keep for themselves, e.g. the cluster's id.</summary>
[OmitsDefaults]
public sealed record ConfigSpec
{
    /// <summary>The value.</summary>
    public string? Config { get; init; }
}
