namespace Mesh.Server.Settings;

/// <summary><c>xdsServer.admission</c>: how proxies' streams are let in when a whole fleet comes at once.</summary>
public sealed record XdsAdmissionSettings
{
    /// <summary>Streams per second; those of one second may come at once. 0: any number. Default 5000.</summary>
    public int StreamsPerSecond { get; init; } = 5_000;

    /// <summary>Streams that wait for their first configuration at the same time; others stand in line. Default 1024.</summary>
    public int MaxOpening { get; init; } = 1_024;

    /// <summary>Streams that stand in line; more are refused with RESOURCE_EXHAUSTED and come again later. Default 20000.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>How long a stream stands in line before it is refused with RESOURCE_EXHAUSTED. Default 2 min.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(2);
}
