namespace Mesh.Zone.Ingest;

/// <summary>For which IP families traffic is redirected.</summary>
public enum IpFamilyMode
{
    /// <summary>Both families; also what is meant when nothing is said.</summary>
    DualStack,

    /// <summary>IPv4 only.</summary>
    IPv4,

    /// <summary>IPv6 only.</summary>
    IPv6,
}
