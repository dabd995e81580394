using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar;

/// <summary>What a sidecar tells about itself.</summary>
internal static partial class SidecarLog
{
    [LoggerMessage(1, LogLevel.Information, "Sidecar {Mesh}.{Name} starts with Envoy {Version} ({Program})")]
    public static partial void Starting(this ILogger logger, string mesh, string name, string version, string program);

    [LoggerMessage(2, LogLevel.Warning, "No bootstrap from {ControlPlane} yet, asked again in {Backoff}: {Reason}")]
    public static partial void BootstrapRetried(this ILogger logger, Uri controlPlane, TimeSpan backoff, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Envoy {Version} is older than {Oldest}: it may refuse configuration")]
    public static partial void EnvoyOld(this ILogger logger, string version, Version oldest);

    [LoggerMessage(4, LogLevel.Information, "Envoy runs (process {Id}), bootstrap {File}")]
    public static partial void EnvoyStarted(this ILogger logger, int id, string file);

    [LoggerMessage(5, LogLevel.Information, "Sidecar {Mesh}.{Name} is ready after {Elapsed}")]
    public static partial void Ready(this ILogger logger, string mesh, string name, TimeSpan elapsed);

    [LoggerMessage(6, LogLevel.Information, "Draining for {Time}")]
    public static partial void Draining(this ILogger logger, TimeSpan time);

    [LoggerMessage(7, LogLevel.Warning, "Envoy did not take a command: {Reason}")]
    public static partial void CommandFailed(this ILogger logger, string reason);

    [LoggerMessage(8, LogLevel.Information, "Envoy ended with exit code {ExitCode}")]
    public static partial void EnvoyEnded(this ILogger logger, int exitCode);

    [LoggerMessage(9, LogLevel.Information, "DNS answers {Count} names of the mesh")]
    public static partial void NamesChanged(this ILogger logger, int count);

    [LoggerMessage(10, LogLevel.Warning, "The names that the control plane sent cannot be used, the former ones stay: {Reason}")]
    public static partial void NamesUnusable(this ILogger logger, string reason);

    [LoggerMessage(36, LogLevel.Warning, "The token file cannot be read, the last token is used: {Reason}")]
    public static partial void TokenUnreadable(this ILogger logger, string reason);

    [LoggerMessage(11, LogLevel.Warning, "A DNS question could not be forwarded: no name server of {Servers} answers")]
    public static partial void UpstreamSilent(this ILogger logger, string servers);

    [LoggerMessage(12, LogLevel.Information, "Name servers answer again")]
    public static partial void UpstreamBack(this ILogger logger);

    [LoggerMessage(13, LogLevel.Error, "Envoy ended by itself with exit code {ExitCode} and is started again in {Pause}")]
    public static partial void EnvoyRestarted(this ILogger logger, int exitCode, TimeSpan pause);

    [LoggerMessage(14, LogLevel.Warning, "An Envoy of a former run was still there (process {Id}) and has been ended")]
    public static partial void LeftoverEnded(this ILogger logger, int id);
}
