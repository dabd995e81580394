namespace Mesh.Policies.Drafts;

/// <summary>What a cluster is for.</summary>
public enum ClusterRole
{
    /// <summary>The application behind the proxy.</summary>
    Inbound,
    /// <summary>A destination.</summary>
    Outbound,
    /// <summary>Redirected traffic that no listener is for.</summary>
    Passthrough,
    /// <summary>Addresses that the application calls directly.</summary>
    DirectAccess,
    /// <summary>The proxy's own machinery: admin, readiness, telemetry.</summary>
    System,
}
