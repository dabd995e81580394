namespace Mesh.Policies.Drafts;

/// <summary>Features that sidecars announce and generation depends on (contract §5.3).</summary>
public static class ProxyFeatures
{
    /// <summary>Inbound passthrough is limited to declared ports when TLS is strict.</summary>
    public const string StrictInboundPorts = "feature-strict-inbound-ports";
    /// <summary>Listeners may share their port.</summary>
    public const string ReusePort = "feature-reuse-port";
    /// <summary>Outbound listeners bind loopback addresses instead of being redirected to.</summary>
    public const string BindOutbounds = "feature-bind-outbounds";
}
