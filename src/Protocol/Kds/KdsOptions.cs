namespace Mesh.Protocol.Kds;

/// <summary>Limits and times of streams between control planes. Times are milliseconds.</summary>
public sealed record KdsOptions
{
    /// <summary>Bytes that a response may have before its resources are split over several, one after the other is answered. Default: 256 KiB.</summary>
    public int ResponseBudget { get; init; } = 256 * 1024;

    /// <summary>Bytes that a message may have, in both directions: what peers receive at most. Default: 10 MiB.</summary>
    public int MaxMessageLength { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes of held versions that a request may have before they are split over several, one after the other. Default: 256 KiB.</summary>
    public int RequestBudget { get; init; } = 256 * 1024;

    /// <summary>Types per stream. Default: 64.</summary>
    public int MaxTypes { get; init; } = 64;

    /// <summary>Held versions that one peer may report per stream. Default: 1000000.</summary>
    public int MaxHeld { get; init; } = 1_000_000;

    /// <summary>Bytes of reports kept while the feed is not complete. Default: 32 MiB.</summary>
    public int MaxWaitingBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Characters of an error text that are taken from or sent to a peer. Default: 4096.</summary>
    public int MaxErrorLength { get; init; } = 4096;

    /// <summary>Wait before a rejected response is sent again; doubles with each rejection in a row. Default: 5 s.</summary>
    public int RejectionBackoff { get; init; } = 5_000;

    /// <summary>Longest wait before a rejected response is sent again. Default: 5 min.</summary>
    public int RejectionBackoffMax { get; init; } = 300_000;

    /// <summary>
    /// Whether the node's metadata goes with the first request of a stream only, as xDS allows; else with the first of each
    /// type, as Kuma does. Turn it on towards a peer that is known to be ours. Default: off.
    /// </summary>
    public bool NodeOnce { get; init; }
}
