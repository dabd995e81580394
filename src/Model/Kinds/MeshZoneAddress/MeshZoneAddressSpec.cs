using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>Where other zones reach the ingress of this zone (contract §1.8).</summary>
public sealed record MeshZoneAddressSpec
{
    /// <summary>IP address or DNS name.</summary>
    [Mandatory]
    [Text(1)]
    public string? Address { get; init; }

    /// <summary>Port.</summary>
    [Mandatory]
    [RangeOf(1, 65535)]
    public int? Port { get; init; }
}
