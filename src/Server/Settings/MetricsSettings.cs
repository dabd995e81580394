namespace Mesh.Server.Settings;

/// <summary><c>metrics</c>: what is counted and how long it is kept.</summary>
public sealed record MetricsSettings
{
    /// <summary>Of proxies.</summary>
    public DataplaneSettings Dataplane { get; init; } = new();

    /// <summary>Of zones.</summary>
    public ZoneSettings Zone { get; init; } = new();

    /// <summary>Of meshes.</summary>
    public MeshSettings Mesh { get; init; } = new();

    /// <summary><c>metrics.dataplane</c>.</summary>
    public sealed record DataplaneSettings
    {
        /// <summary>Connections that a DataplaneInsight remembers. Default 2.</summary>
        public int SubscriptionLimit { get; init; } = 2;

        /// <summary>After how long a connection without a sign of life counts as ended. Default 5 min.</summary>
        public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);
    }

    /// <summary><c>metrics.zone</c>.</summary>
    public sealed record ZoneSettings
    {
        /// <summary>Connections that a ZoneInsight remembers. Default 10.</summary>
        public int SubscriptionLimit { get; init; } = 10;

        /// <summary>Kept for its name: the end of a zone's connection is noticed when it happens. Default 5 min.</summary>
        public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);
    }

    /// <summary><c>metrics.mesh</c>.</summary>
    public sealed record MeshSettings
    {
        /// <summary>Least time between two computations of a MeshInsight. Default 1 s.</summary>
        public TimeSpan MinResyncInterval { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>Kept for its name: insights are computed when something changes. Default 20 s.</summary>
        public TimeSpan FullResyncInterval { get; init; } = TimeSpan.FromSeconds(20);
    }
}
