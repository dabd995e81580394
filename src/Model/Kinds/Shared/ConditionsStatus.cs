namespace Mesh.Model.Kinds;

/// <summary>Status of kinds that report conditions and nothing else.</summary>
public sealed record ConditionsStatus
{
    /// <summary>The conditions, one of each type.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
