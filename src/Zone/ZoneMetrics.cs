namespace Mesh.Zone;

/// <summary>How much work the pipeline did since it started. Safe for concurrent use.</summary>
public sealed class ZoneMetrics
{
    private long _rounds;
    private long _plans;
    private long _renewals;
    private long _destinations;
    private long _compiles;
    private long _hits;
    private long _publishes;

    /// <summary>Rounds: batches of changes that were worked in.</summary>
    public long Rounds => Interlocked.Read(ref _rounds);

    /// <summary>Proxies planned.</summary>
    public long Plans => Interlocked.Read(ref _plans);

    /// <summary>Proxies that kept their plan but for their outbounds.</summary>
    public long Renewals => Interlocked.Read(ref _renewals);

    /// <summary>Destinations of outbounds planned, each for all proxies that have it in common.</summary>
    public long Destinations => Interlocked.Read(ref _destinations);

    /// <summary>Sub-plans compiled.</summary>
    public long Compiles => Interlocked.Read(ref _compiles);

    /// <summary>Sub-plans that were compiled already.</summary>
    public long CacheHits => Interlocked.Read(ref _hits);

    /// <summary>Snapshots that differed from the one before.</summary>
    public long Publishes => Interlocked.Read(ref _publishes);

    internal void CountRound() => Interlocked.Increment(ref _rounds);

    internal void CountPlan() => Interlocked.Increment(ref _plans);

    internal void CountRenewal() => Interlocked.Increment(ref _renewals);

    internal void CountDestination() => Interlocked.Increment(ref _destinations);

    internal void CountCompile() => Interlocked.Increment(ref _compiles);

    internal void CountHit() => Interlocked.Increment(ref _hits);

    internal void CountPublish() => Interlocked.Increment(ref _publishes);
}
