namespace Mesh.Zone.Ingest;

/// <summary>How traffic is redirected to a sidecar: node metadata <c>transparentProxy</c>, or the Dataplane's <c>transparentProxying</c>.</summary>
/// <param name="InboundPort">Port to which inbound traffic is redirected; 0: it is not.</param>
/// <param name="OutboundPort">Port to which outbound traffic is redirected; 0: it is not.</param>
/// <param name="IpFamilyMode">IP families.</param>
public sealed record TransparentProxySettings(uint InboundPort, uint OutboundPort, IpFamilyMode IpFamilyMode)
{
    /// <summary>Inbound port when the sidecar names none.</summary>
    public const uint DefaultInboundPort = 15006;

    /// <summary>Outbound port when the sidecar names none.</summary>
    public const uint DefaultOutboundPort = 15001;

    /// <summary>IPv6 is redirected too.</summary>
    public bool HasIPv6 => IpFamilyMode != IpFamilyMode.IPv4;
}
