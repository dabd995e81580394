namespace Mesh.Load.Scenarios;

/// <summary>A bound that a metric is to keep.</summary>
internal sealed record TargetSpec
{
    /// <summary><c>STEP.METRIC</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>Least that is asked: the value must not be larger.</summary>
    public required double AtLeast { get; init; }

    /// <summary>What is aimed at; null: nothing further.</summary>
    public double? Aim { get; init; }

    /// <summary>The value is divided by the same metric of this server, or of <c>floor</c>; empty: it is taken as it is.</summary>
    public string Of { get; init; } = "";
}
