using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>A header to set or add.</summary>
public sealed record HeaderValue
{
    internal const string NamePattern = "^[a-z0-9!#$%&'*+\\-.^_\\x60|~]+$";

    /// <summary>Name in lower case.</summary>
    [Mandatory]
    [Text(1, 256, Pattern = NamePattern)]
    public string? Name { get; init; }

    /// <summary>Value.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
