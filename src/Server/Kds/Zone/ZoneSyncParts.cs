using Mesh.Protocol.Kds;
using Mesh.Server.Kds.Wire;
using Mesh.Sync.Applying;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Zone;

/// <summary>What the connections of a zone share, and what they leave to be shown. Safe for concurrent use.</summary>
internal sealed class ZoneSyncParts
{
    /// <summary>Global as a reader of the zone's feed.</summary>
    public const string Audience = "global";

    private volatile bool _globalKnowsVersions = true;
    private volatile Func<IReadOnlyList<SyncKindStatus>> _received = () => [];
    private volatile Func<IReadOnlyList<KdsTypeStatus>> _sent = () => [];

    /// <summary>Name of the zone.</summary>
    public required string Zone { get; init; }

    /// <summary>The zone's half of synchronization.</summary>
    public required ZoneSync Sync { get; init; }

    /// <summary>Whether everything from Global has come once.</summary>
    public required FirstSync FirstSync { get; init; }

    /// <summary>Gets back what a lost store held.</summary>
    public required StoreRestoration Restoration { get; init; }

    /// <summary>Answers about proxies.</summary>
    public required ProxyAnswers Answers { get; init; }

    /// <summary>Encoded metadata of the node in requests.</summary>
    public required byte[] Node { get; init; }

    /// <summary>Limits of the protocol.</summary>
    public required KdsOptions Options { get; init; }

    /// <summary>Counters.</summary>
    public required KdsMetrics Metrics { get; init; }

    /// <summary>Source of time.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where refusals are told.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Global answers to versions that are reported as held: it is one of ours. Believed until the opposite is seen.</summary>
    public bool GlobalKnowsVersions
    {
        get => _globalKnowsVersions;
        set => _globalKnowsVersions = value;
    }

    /// <summary>What came from Global over the newest connection.</summary>
    public Func<IReadOnlyList<SyncKindStatus>> Received
    {
        get => _received;
        set => _received = value;
    }

    /// <summary>What Global made of what it was sent over the newest connection.</summary>
    public Func<IReadOnlyList<KdsTypeStatus>> Sent
    {
        get => _sent;
        set => _sent = value;
    }
}
