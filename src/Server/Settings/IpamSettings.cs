using System.Text.Json.Serialization;

namespace Mesh.Server.Settings;

/// <summary><c>ipam</c>: virtual addresses of services.</summary>
public sealed record IpamSettings
{
    /// <summary>Of MeshServices.</summary>
    public RangeSettings MeshService { get; init; } = new() { Cidr = "241.0.0.0/8" };

    /// <summary>Of MeshExternalServices.</summary>
    public RangeSettings MeshExternalService { get; init; } = new() { Cidr = "242.0.0.0/8" };

    /// <summary>Of MeshMultiZoneServices.</summary>
    public RangeSettings MeshMultiZoneService { get; init; } = new() { Cidr = "243.0.0.0/8" };

    /// <summary>Kept for its name: addresses are given when a service appears. Default 5 s.</summary>
    public TimeSpan AllocationInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Addresses that count as inside, where a request's source decides.</summary>
    [JsonPropertyName("knownInternalCIDRs")]
    public IReadOnlyList<string> KnownInternalCidrs { get; init; } =
        ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "fc00::/7", "fd00::/8", "127.0.0.1/32", "::1/128"];

    /// <summary>A range of addresses.</summary>
    public sealed record RangeSettings
    {
        /// <summary>As address/prefix.</summary>
        public string Cidr { get; init; } = "";
    }
}
