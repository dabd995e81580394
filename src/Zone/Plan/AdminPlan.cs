using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Plan;

/// <summary>The way to Envoy's admin interface and to the readiness of the sidecar (contract §3.4).</summary>
public sealed record AdminPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => EnvoyNames.Admin;

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>Address on which the listener listens.</summary>
    public required string Address { get; init; }

    /// <summary>Port on which the listener listens, and the port of the admin interface.</summary>
    public required uint Port { get; init; }

    /// <summary>Address of the admin interface; empty when it has a socket.</summary>
    public string AdminAddress { get; init; } = "";

    /// <summary>Socket of the admin interface; empty when it has an address.</summary>
    public string AdminSocket { get; init; } = "";

    /// <summary>Address of the readiness reporter; empty when it has a socket or there is none.</summary>
    public string ReadinessAddress { get; init; } = "";

    /// <summary>Port of the readiness reporter.</summary>
    public uint ReadinessPort { get; init; }

    /// <summary>Socket of the readiness reporter; empty when it has an address or there is none.</summary>
    public string ReadinessSocket { get; init; } = "";

    /// <summary>There is a readiness reporter.</summary>
    public bool HasReadiness => ReadinessSocket.Length > 0 || ReadinessPort > 0;

    /// <summary>The machine has IPv6.</summary>
    public bool HasIPv6 { get; init; }

    /// <summary>Certificate of the protected chain; null: only readiness is offered.</summary>
    public AdminCertificate? Certificate { get; init; }
}
