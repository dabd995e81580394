using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Compares one header of a request or response.</summary>
public sealed record HeaderMatch
{
    /// <summary>How to compare: one of the constants here. Default <see cref="Exact"/>.</summary>
    [Fallback(Exact)]
    [Values(Exact, Present, RegularExpression, Absent, Prefix)]
    public string? Type { get; init; }

    /// <summary>Name in lower case.</summary>
    [Mandatory]
    [Text(1, 256, Pattern = HeaderValue.NamePattern)]
    public string? Name { get; init; }

    /// <summary>Value to compare with; not used by <see cref="Present"/> and <see cref="Absent"/>.</summary>
    public string? Value { get; init; }

    /// <summary>Equal.</summary>
    public const string Exact = "Exact";
    /// <summary>The header is there.</summary>
    public const string Present = "Present";
    /// <summary>The whole value matches an RE2 expression.</summary>
    public const string RegularExpression = "RegularExpression";
    /// <summary>The header is not there.</summary>
    public const string Absent = "Absent";
    /// <summary>The value begins so.</summary>
    public const string Prefix = "Prefix";
}
