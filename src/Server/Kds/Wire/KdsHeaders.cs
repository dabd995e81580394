namespace Mesh.Server.Kds.Wire;

/// <summary>gRPC metadata of the calls of a zone (contract §4.1).</summary>
internal static class KdsHeaders
{
    /// <summary>Name of the zone.</summary>
    public const string ClientId = "client-id";

    /// <summary>Version of the sender's protocol.</summary>
    public const string KdsVersion = "kds-version";

    /// <summary>Version of the zone's protocol.</summary>
    public const string ZoneVersion = "zone-version";

    /// <summary>The one version that exists of both.</summary>
    public const string V3 = "v3";

    /// <summary>What the zone can do; one entry for each.</summary>
    public const string Features = "features";

    /// <summary>It reports health.</summary>
    public const string ZonePingHealth = "zone-ping-health";

    /// <summary>It takes names with a hash.</summary>
    public const string HashSuffix = "hash-suffix";

    /// <summary>Version of the control plane.</summary>
    public const string Version = "version";

    /// <summary>The zone token.</summary>
    public const string Authorization = "authorization";

    /// <summary>Scheme of <see cref="Authorization"/>.</summary>
    public const string Bearer = "Bearer ";

    /// <summary>Ours: id of the zone's store.</summary>
    public const string StoreId = "store-id";

    /// <summary>Ours, in answers: Global asks after this many seconds of silence, so that longer silence means a dead connection.</summary>
    public const string KeepAlive = "mesh-keepalive-seconds";
}
