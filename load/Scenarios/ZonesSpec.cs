namespace Mesh.Load.Scenarios;

/// <summary>Simulated zones of a scenario.</summary>
internal sealed record ZonesSpec
{
    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>MeshServices that each has, and that all others are told of.</summary>
    public int Services { get; init; } = 1000;

    /// <summary>Dataplanes that each has, of which Global alone is told.</summary>
    public int Dataplanes { get; init; } = 2000;
}
