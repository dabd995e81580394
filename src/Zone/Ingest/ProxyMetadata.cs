using Mesh.Policies.Drafts;

namespace Mesh.Zone.Ingest;

/// <summary>
/// What a sidecar tells about itself in the node metadata of its ADS stream (contract §5.3). Missing fields have the
/// values that a sidecar of the contract would have sent.
/// </summary>
public sealed record ProxyMetadata
{
    /// <summary>Port of Envoy's admin interface; 0: none is exposed.</summary>
    public uint AdminPort { get; init; }

    /// <summary>Address of Envoy's admin interface. Default 127.0.0.1.</summary>
    public string AdminAddress { get; init; } = "127.0.0.1";

    /// <summary>Socket of Envoy's admin interface; empty: it listens on <see cref="AdminAddress"/>.</summary>
    public string AdminSocketPath { get; init; } = "";

    /// <summary>Port of the readiness reporter; 0: the sidecar reports no readiness.</summary>
    public uint ReadinessPort { get; init; }

    /// <summary>Port of the embedded DNS proxy; 0: there is none.</summary>
    public uint DnsPort { get; init; }

    /// <summary>Directory of the sidecar's sockets; may be empty.</summary>
    public string WorkDirectory { get; init; } = "";

    /// <summary>The machine of the sidecar has IPv6.</summary>
    public bool HasIPv6 { get; init; }

    /// <summary>What the sidecar can do (<c>feature-...</c>), sorted.</summary>
    public FactList<string> Features { get; init; } = [];

    /// <summary>Traffic redirection as the sidecar knows it; null: it says nothing about it.</summary>
    public TransparentProxySettings? TransparentProxy { get; init; }

    /// <summary>Bundle of the machine's trusted certificates; may be empty.</summary>
    public string SystemCaPath { get; init; } = "";

    /// <summary>Socket of a Spire agent; may be empty.</summary>
    public string SpireSocketPath { get; init; } = "";

    /// <summary>Kind of proxy; <c>dataplane</c>.</summary>
    public string ProxyType { get; init; } = "dataplane";

    /// <summary>The Dataplane that the sidecar wants registered, as JSON; empty: it exists already.</summary>
    public string DataplaneResource { get; init; } = "";

    /// <summary>True when the sidecar has a feature.</summary>
    public bool Has(string feature)
    {
        foreach (var announced in Features)
        {
            if (announced == feature)
            {
                return true;
            }
        }

        return false;
    }
}
