namespace Mesh.Server.Ads.Admission;

/// <summary>How many streams are let in at once when a whole fleet comes. The defaults do not slow down a fleet of some thousands.</summary>
public sealed record AdmissionOptions
{
    /// <summary>Streams per second that are let in; what saved up is at most that of one second. 0: any number. Default: 5000.</summary>
    public int StartsPerSecond { get; init; } = 5_000;

    /// <summary>Streams that wait for their first configuration at the same time. Default: 1024.</summary>
    public int MaxOpening { get; init; } = 1_024;

    /// <summary>Streams that stand in line; more are refused with RESOURCE_EXHAUSTED. Default: 20000.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>
    /// How long a stream stands in line before it is refused with RESOURCE_EXHAUSTED, and a connection of our own transport for its TLS handshake before it is
    /// closed. Default: 2 min.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a stream that has no configuration yet keeps the next one out. Default: 5 s.</summary>
    public TimeSpan FirstSnapshotPatience { get; init; } = TimeSpan.FromSeconds(5);
}
