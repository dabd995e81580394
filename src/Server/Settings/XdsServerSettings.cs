namespace Mesh.Server.Settings;

/// <summary><c>xdsServer</c>: proxies' streams.</summary>
public sealed record XdsServerSettings
{
    /// <summary>How often what a proxy acknowledged is written to its DataplaneInsight. Default 10 s.</summary>
    public TimeSpan DataplaneStatusFlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a Dataplane outlives the stream that registered it. Default 10 s.</summary>
    public TimeSpan DataplaneDeregistrationDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after a proxy refused a configuration. Default 5 s.</summary>
    public TimeSpan NackBackoff { get; init; } = TimeSpan.FromSeconds(5);
}
