namespace Mesh.Zone.Sync;

/// <summary>How a zone exchanges resources with Global.</summary>
public sealed record ZoneSyncOptions
{
    /// <summary>Name of the zone.</summary>
    public required string Zone { get; init; }

    /// <summary>Share of what was received from Global that the first sync of a stream may take away before it is held back. Default a third.</summary>
    public double HoldShare { get; init; } = 1.0 / 3;

    /// <summary>Resources that the first sync of a stream may always take away, the zone's own in meshes that go included. Default 10.</summary>
    public int HoldMinimum { get; init; } = 10;

    /// <summary>
    /// How long the first sync of a stream waits for kinds of which the zone has resources and that Global does not answer; what came is judged then. Default 30 s.
    /// </summary>
    public TimeSpan FirstSyncPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Removals that are remembered per kind for a Global that was away. Default 65,536.</summary>
    public int RememberedRemovals { get; init; } = 65_536;

    /// <summary>Pause after watching the store broke off. Default 5 s.</summary>
    public TimeSpan WatchPause { get; init; } = TimeSpan.FromSeconds(5);
}
