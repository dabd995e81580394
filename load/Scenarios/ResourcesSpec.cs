namespace Mesh.Load.Scenarios;

/// <summary>The mesh of a scenario.</summary>
internal sealed record ResourcesSpec
{
    /// <summary>Services that each proxy calls.</summary>
    public int Services { get; init; } = 10;

    /// <summary>Endpoints of each, where they are generated; in a whole mesh they follow from the proxies.</summary>
    public int Endpoints { get; init; } = 10;
}
