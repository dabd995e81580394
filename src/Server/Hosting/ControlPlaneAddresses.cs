namespace Mesh.Server.Hosting;

/// <summary>Where a control plane listens.</summary>
/// <param name="Http">REST without TLS; null when switched off.</param>
/// <param name="Https">REST with TLS; null when switched off.</param>
/// <param name="Proxies">Bootstrap, ADS and HDS; null in Global, which has no proxies.</param>
/// <param name="Diagnostics">Health, readiness and metrics.</param>
/// <param name="Zones">Where zones connect to Global, as they write it (<c>grpcs://host:port</c>); null in a zone.</param>
public sealed record ControlPlaneAddresses(Uri? Http, Uri? Https, Uri? Proxies, Uri Diagnostics, Uri? Zones = null)
{
    /// <summary>Bootstrap, ADS and HDS.</summary>
    /// <exception cref="InvalidOperationException">It is the global control plane: proxies connect to zones.</exception>
    public Uri DataPlane => Proxies ?? throw new InvalidOperationException("A global control plane has no port of proxies.");
}
