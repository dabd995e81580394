namespace Mesh.Global.Zones;

/// <summary>How Global keeps account of its zones. The defaults are the contract's (§8.1) where it has them.</summary>
public sealed record ZoneRegistryOptions
{
    /// <summary>Id of this control plane process, as shown in insights.</summary>
    public string InstanceId { get; init; } = "";

    /// <summary>Least time between two writes of one zone's counters. Default 10 s. Comings and goings are written at once.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections kept in a ZoneInsight. Default 10.</summary>
    public int SubscriptionLimit { get; init; } = 10;

    /// <summary>How long a zone must have been away before another store may take its name. Default 1 min.</summary>
    public TimeSpan TakeoverDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long without a report of health a connection is ended. Default 0 s: never.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.Zero;
}
