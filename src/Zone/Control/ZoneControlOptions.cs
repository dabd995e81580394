namespace Mesh.Zone.Control;

/// <summary>Settings of what a zone computes and writes by itself. The defaults are the contract's (§8.1).</summary>
public sealed record ZoneControlOptions
{
    /// <summary>Name of the zone. Default <c>default</c>.</summary>
    public string Zone { get; init; } = "default";

    /// <summary>Value of <c>kuma.io/env</c> on what is created here. Default <c>universal</c>.</summary>
    public string Environment { get; init; } = "universal";

    /// <summary>Id of this control plane process, as shown in insights.</summary>
    public string InstanceId { get; init; } = "";

    /// <summary>A global control plane authors meshes, policies and signing keys: none of them is created here.</summary>
    public bool IsFederated { get; init; }

    /// <summary>Creates no Mesh <c>default</c> at the start. Default false.</summary>
    public bool SkipMeshCreation { get; init; }

    /// <summary>Creates no HostnameGenerators at the start. Default false.</summary>
    public bool SkipHostnameGenerators { get; init; }

    /// <summary>Makes an administrator's token at the first start. Default true.</summary>
    public bool BootstrapAdminToken { get; init; } = true;

    /// <summary>Virtual addresses of MeshServices. Default 241.0.0.0/8.</summary>
    public string MeshServiceCidr { get; init; } = "241.0.0.0/8";

    /// <summary>Virtual addresses of MeshExternalServices. Default 242.0.0.0/8.</summary>
    public string MeshExternalServiceCidr { get; init; } = "242.0.0.0/8";

    /// <summary>Virtual addresses of MeshMultiZoneServices. Default 243.0.0.0/8.</summary>
    public string MeshMultiZoneServiceCidr { get; init; } = "243.0.0.0/8";

    /// <summary>
    /// How long an authority that takes another one's place stands in the MeshTrust before it issues certificates: proxies in
    /// all zones must have heard of it by then. Default 15 s.
    /// </summary>
    public TimeSpan TrustPropagation { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a generated MeshService outlives its last Dataplane. Default 1 h.</summary>
    public TimeSpan MeshServiceDeletionGracePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long an offline Dataplane is kept. Default 72 h.</summary>
    public TimeSpan DataplaneCleanupAge { get; init; } = TimeSpan.FromHours(72);

    /// <summary>How long a Dataplane is kept after its proxy ended its stream. Default 10 s.</summary>
    public TimeSpan DeregistrationDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after the start proxies may take to come back before they count as offline. Default 30 s.</summary>
    public TimeSpan ReturnPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least time between two writes of one proxy's counters. Default 10 s.</summary>
    public TimeSpan InsightFlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two writes of a mesh's insight. Default 1 s.</summary>
    public TimeSpan MeshInsightInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long what changed waits to be counted in its mesh's insight, and what a proxy answered to be written into its own, where intervals allow it sooner:
    /// the proxies are to be served first. Nothing waits longer because more follows. Default 250 ms.
    /// </summary>
    public TimeSpan InsightDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Subscriptions kept in a proxy's insight. Default 2.</summary>
    public int SubscriptionLimit { get; init; } = 2;

    /// <summary>Envoy probes the inbounds that ask for it, and what it finds decides their state. Default true.</summary>
    public bool IsHealthDiscoveryEnabled { get; init; } = true;

    /// <summary>How often Envoys report what their probes found. Default 5 s.</summary>
    public TimeSpan HealthReportInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First pause after a fault. Default 5 s; doubles up to <see cref="MaxBackoff"/>.</summary>
    public TimeSpan BaseBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause after a fault. Default 5 min.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(5);
}
