using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>TLS towards a service outside the mesh (contract §1.6). Value equality.</summary>
public sealed record ExternalTlsFacts
{
    /// <summary>Server name to ask for; empty: the host of each endpoint, where it has a name.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>The server's certificate must come from an authority that is trusted.</summary>
    public bool ChecksAuthority { get; init; }

    /// <summary>The server's certificate must carry a name that is expected; only together with <see cref="ChecksAuthority"/>.</summary>
    public bool ChecksNames { get; init; }

    /// <summary>Names to expect; none: the server name, else the host of each endpoint.</summary>
    public FactList<ExternalName> Names { get; init; } = [];

    /// <summary>Authorities to trust, PEM; empty: those in <see cref="SystemAuthorities"/>.</summary>
    public string Authorities { get; init; } = "";

    /// <summary>Path of the machine's authorities, where they are trusted.</summary>
    public string SystemAuthorities { get; init; } = "";

    /// <summary>Certificate to show; null: none.</summary>
    public ClientCertificate? Client { get; init; }

    /// <summary>The server may ask for a new handshake.</summary>
    public bool AllowsRenegotiation { get; init; }

    /// <summary>Lowest TLS version, e.g. <c>TLS12</c>; empty: Envoy's own.</summary>
    public string MinVersion { get; init; } = "";

    /// <summary>Highest TLS version; empty: Envoy's own.</summary>
    public string MaxVersion { get; init; } = "";
}
