namespace Mesh.Model.Kinds;

/// <summary>Selects resources by labels that must all be equal; an empty set selects everything.</summary>
public sealed record LabelSelector
{
    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }
}
