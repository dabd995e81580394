using Mesh.Envoy.Names;

namespace Mesh.Server.Bootstrap;

/// <summary>Everything that decides what one proxy's bootstrap says.</summary>
public sealed record BootstrapFacts
{
    /// <summary>The request.</summary>
    public required BootstrapRequest Request { get; init; }

    /// <summary>The control plane's settings.</summary>
    public required BootstrapParameters Parameters { get; init; }

    /// <summary>The proxy's Dataplane.</summary>
    public required BootstrapDataplane Dataplane { get; init; }

    /// <summary>Host under which the proxy reaches the control plane: a name or an IP address without brackets.</summary>
    public required string XdsHost { get; init; }

    /// <summary>Port under which the proxy reaches the control plane.</summary>
    public required uint XdsPort { get; init; }

    /// <summary>CA with which the proxy verifies the control plane, PEM; empty: no TLS.</summary>
    public required string CaPem { get; init; }

    internal string Mesh => Request.Mesh ?? "";

    internal string Name => Request.Name ?? "";

    internal string WorkDir => Request.WorkDir ?? "";

    internal uint AdminPort => Dataplane.AdminPort > 0 ? Dataplane.AdminPort : Parameters.AdminPort;

    internal string AdminSocket => Parameters.AdminUnixSocket && WorkDir.Length > 0 ? SocketPaths.Admin(WorkDir) : "";

    internal string AdminLogPath =>
        Parameters.AdminAccessLogPath == "/dev/null" && Request.OperatingSystem == "windows" ? "NUL" : Parameters.AdminAccessLogPath;

    internal bool UsesTokenFile => Parameters.ReloadableTokens && !string.IsNullOrEmpty(Request.DataplaneTokenPath);
}
