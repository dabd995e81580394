using Mesh.Protocol.Relay;

namespace Mesh.Sidecar.State;

/// <summary>What a sidecar needs to start an Envoy with nobody else there.</summary>
internal sealed record ProxyState
{
    /// <summary>Which proxy of which control plane it is for: mesh, name, control plane, its CA. Any other must not use it.</summary>
    public required string Identity { get; init; }

    /// <summary>Hash of everything that the bootstrap was made from. Another request would get another bootstrap.</summary>
    public required string Request { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>Ports and sockets that listeners of the configuration refer to.</summary>
    public required string WorkDir { get; init; }

    public required ushort DnsPort { get; init; }

    public required ushort ReadinessPort { get; init; }

    /// <summary>The control plane's bootstrap, without the token.</summary>
    public required string Bootstrap { get; init; }

    /// <summary>What Envoy accepted, keys included.</summary>
    public HeldConfiguration Configuration { get; init; } = HeldConfiguration.Empty;

    /// <summary>Without bootstrap and configuration: records print their members.</summary>
    public override string ToString() => $"ProxyState {{ {Configuration.Count} resources of {SavedAt:u} }}";
}
