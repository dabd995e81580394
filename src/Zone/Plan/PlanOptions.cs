namespace Mesh.Zone.Plan;

/// <summary>Settings of the control plane that shape every proxy's configuration.</summary>
public sealed class PlanOptions
{
    /// <summary>Address ranges that count as internal (<c>KUMA_IPAM_KNOWN_INTERNAL_CIDRS</c>). Default: the private ranges and 127.0.0.1.</summary>
    public IReadOnlyList<string> KnownInternalCidrs { get; init; } =
        ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "fc00::/7", "fd00::/8", "127.0.0.1/32"];
}
