namespace Mesh.Protocol.Ads;

/// <summary>Limits and times of discovery streams. Times are milliseconds.</summary>
public sealed record AdsOptions
{
    /// <summary>What <c>control_plane.identifier</c> says in every response; constant per process. Default: empty.</summary>
    public string ControlPlaneId { get; init; } = "";

    /// <summary>Bytes that a response may have before its resources are split over several. Default: 3 MiB.</summary>
    public int ResponseBudget { get; init; } = 3 * 1024 * 1024;

    /// <summary>Bytes that clients with the usual gRPC limit receive at most. Default: 4 MiB.</summary>
    public int GrpcClientLimit { get; init; } = 4 * 1024 * 1024;

    /// <summary>Names per type and stream; the rest are answered as missing. Ten times as many end the stream. Default: 100000.</summary>
    public int MaxNames { get; init; } = 100_000;

    /// <summary>Types per stream. Default: 64.</summary>
    public int MaxTypes { get; init; } = 64;

    /// <summary>Bytes of a name that is looked up; longer ones do not exist. Default: 8 KiB.</summary>
    public int MaxNameLength { get; init; } = 8 * 1024;

    /// <summary>Responses per type without an answer before new content is collected instead of sent. Default: 4.</summary>
    public int Window { get; init; } = 4;

    /// <summary>
    /// Once a response waits for its answer for longer than this, further content of its type is collected as well: a client that is behind gets the newest
    /// state once, and what is in between is not kept for it on the way. Not for clusters, whose answer Envoy withholds while it warms them. Default: 250 ms.
    /// </summary>
    public int PromptAnswer { get; init; } = 250;

    /// <summary>After this long without an answer the collected content is sent all the same: Envoy withholds answers while it warms clusters. Default: 2 s.</summary>
    public int WindowTimeout { get; init; } = 2_000;

    /// <summary>Removals of clusters wait at most this long for the answers of what referred to them. Default: 2 s.</summary>
    public int RemovalGrace { get; init; } = 2_000;

    /// <summary>Listeners and routes wait at most this long for Envoy to warm the clusters sent before. Default: 5 s.</summary>
    public int WarmingBarrier { get; init; } = 5_000;

    /// <summary>Wait before the innocent resources of a rejected response are sent again; doubles with each round. Default: 100 ms.</summary>
    public int IsolationBackoff { get; init; } = 100;

    /// <summary>Longest wait between two rounds. Default: 5 s.</summary>
    public int IsolationBackoffMax { get; init; } = 5_000;

    /// <summary>Send subscribed load assignments again after a reconnect although their versions are current. Default: off.</summary>
    public bool ResendOnReconnect { get; init; }

    /// <summary>Whether a later message with another node id ends the stream; else that id is ignored. Default: on.</summary>
    public bool NodeIdMustStay { get; init; } = true;
}
