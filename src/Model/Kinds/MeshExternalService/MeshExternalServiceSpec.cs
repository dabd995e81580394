using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>A service outside the mesh (contract §1.6).</summary>
public sealed record MeshExternalServiceSpec
{
    /// <summary>How clients in the mesh reach it.</summary>
    [Mandatory]
    public ExternalMatch? Match { get; init; }

    /// <summary>A plug-in that knows the endpoints.</summary>
    public ExtensionSpec? Extension { get; init; }

    /// <summary>Where it is.</summary>
    public IReadOnlyList<ExternalEndpoint>? Endpoints { get; init; }

    /// <summary>TLS towards it.</summary>
    public ExternalTls? Tls { get; init; }
}

/// <summary>How clients reach an external service.</summary>
public sealed record ExternalMatch
{
    /// <summary><c>HostnameGenerator</c>.</summary>
    [Fallback("HostnameGenerator")]
    [Values("HostnameGenerator")]
    public string? Type { get; init; }

    /// <summary>Port that clients use.</summary>
    [Mandatory]
    [RangeOf(1, 65535)]
    public int? Port { get; init; }

    /// <summary><c>tcp</c> (default), <c>grpc</c>, <c>http</c> or <c>http2</c>.</summary>
    [Fallback("tcp")]
    [Values("tcp", "grpc", "http", "http2")]
    public string? Protocol { get; init; }
}

/// <summary>One endpoint.</summary>
public sealed record ExternalEndpoint
{
    /// <summary>IP address or DNS name.</summary>
    [Mandatory]
    [Text(1)]
    public string? Address { get; init; }

    /// <summary>Port.</summary>
    [Mandatory]
    [RangeOf(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Smaller is used first. Default 0.</summary>
    [RangeOf(0, 128)]
    public int? Priority { get; init; }
}

/// <summary>TLS towards an external service.</summary>
public sealed record ExternalTls
{
    /// <summary>The proxy begins TLS. Default false.</summary>
    [Fallback(false)]
    public bool? Enabled { get; init; }

    /// <summary>TLS versions.</summary>
    public TlsVersionRange? Version { get; init; }

    /// <summary>The service may ask for a new handshake. Default false.</summary>
    [Fallback(false)]
    public bool? AllowRenegotiation { get; init; }

    /// <summary>How its certificate is checked.</summary>
    public ExternalTlsVerification? Verification { get; init; }
}

/// <summary>How the certificate of an external service is checked.</summary>
public sealed record ExternalTlsVerification
{
    /// <summary><c>SkipSAN</c>, <c>SkipCA</c>, <c>Secured</c> (default) or <c>SkipAll</c>.</summary>
    [Fallback("Secured")]
    [Values("SkipSAN", "SkipCA", "Secured", "SkipAll")]
    public string? Mode { get; init; }

    /// <summary>Server name sent and expected. Default: the endpoint's address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Names that the certificate may carry.</summary>
    public IReadOnlyList<SubjectAltNameMatch>? SubjectAltNames { get; init; }

    /// <summary>Authorities to trust, PEM. Default: those of the system.</summary>
    public SecureDataSource? CaCert { get; init; }

    /// <summary>Certificate to show, PEM.</summary>
    public SecureDataSource? ClientCert { get; init; }

    /// <summary>Its key, PEM.</summary>
    public SecureDataSource? ClientKey { get; init; }
}

/// <summary>Compares a subject alternative name.</summary>
public sealed record SubjectAltNameMatch
{
    /// <summary><c>Exact</c> (default) or <c>Prefix</c>.</summary>
    [Fallback("Exact")]
    [Values("Exact", "Prefix")]
    public string? Type { get; init; }

    /// <summary>The name.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
