namespace Mesh.Policies.Drafts;

/// <summary>What a cluster is for.</summary>
public enum ClusterRole
{
    /// <summary>The application behind the proxy.</summary>
    Inbound,
    /// <summary>A destination.</summary>
    Outbound,
    /// <summary>A destination in the mesh, on a zone proxy that passes TLS on to it without ending it.</summary>
    PassedOn,
    /// <summary>A service outside the mesh, on a zone egress.</summary>
    External,
    /// <summary>Redirected traffic that no listener is for.</summary>
    Passthrough,
    /// <summary>Addresses that the application calls directly.</summary>
    DirectAccess,
    /// <summary>The proxy's own machinery: admin, readiness, telemetry.</summary>
    System,
}
