using Mesh.Sidecar.Envoys;

namespace Mesh.Sidecar.Bootstrapping;

/// <summary>What a sidecar has found out about itself before it asks for a bootstrap.</summary>
internal sealed record SidecarFacts
{
    public required string Mesh { get; init; }

    public required string Name { get; init; }

    public required string DataplaneText { get; init; }

    public required string Token { get; init; }

    public required string WorkDir { get; init; }

    public required EnvoyVersion EnvoyVersion { get; init; }

    /// <summary>Port of the DNS server; 0: none.</summary>
    public required ushort DnsPort { get; init; }

    public required ushort ReadinessPort { get; init; }
}
