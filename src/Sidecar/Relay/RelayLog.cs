using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Relay;

/// <summary>What the relay tells.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(30, LogLevel.Warning, "The control plane cannot be reached, Envoy keeps its configuration: {Reason}")]
    public static partial void ControlPlaneLost(this ILogger logger, string reason);

    [LoggerMessage(31, LogLevel.Information, "The control plane answers again")]
    public static partial void ControlPlaneBack(this ILogger logger);

    [LoggerMessage(32, LogLevel.Warning, "Envoy gets the {Count} resources that it accepted last, until the control plane answers: {Reason}")]
    public static partial void ServedFromHeld(this ILogger logger, int count, string reason);

    [LoggerMessage(33, LogLevel.Error, "Envoy rejects a configuration that it once accepted: {Reason}")]
    public static partial void HeldRejected(this ILogger logger, string reason);

    [LoggerMessage(34, LogLevel.Error, "The certificate {Name} has expired at {Expiry:u} and is not given to Envoy: calls that need it fail until the control plane issues a new one")]
    public static partial void CertificateExpired(this ILogger logger, string name, DateTimeOffset expiry);

    [LoggerMessage(35, LogLevel.Warning, "Envoy speaks to the control plane directly and cannot be restarted without it: the bootstrap cannot be relayed because {Reason}")]
    public static partial void NotRelayed(this ILogger logger, string reason);

    [LoggerMessage(37, LogLevel.Information, "The control plane has a certificate of another CA than its bootstrap named; the CAs that this proxy was given vouch for it")]
    public static partial void AnotherCa(this ILogger logger);

    [LoggerMessage(38, LogLevel.Warning, "The control plane has a certificate of another CA than its bootstrap named; it is followed unverified, as --skip-verify asks")]
    public static partial void AnotherCaUnverified(this ILogger logger);
}
