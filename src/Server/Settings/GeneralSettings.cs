using System.Security.Authentication;
using System.Text.Json.Serialization;

namespace Mesh.Server.Settings;

/// <summary><c>general</c>: what all parts share.</summary>
public sealed record GeneralSettings
{
    /// <summary>See <see cref="TlsMinVersion"/>.</summary>
    public const string Tls12 = "TLSv1_2";

    /// <summary>See <see cref="TlsMinVersion"/>.</summary>
    public const string Tls13 = "TLSv1_3";

    /// <summary>PEM file with the certificate chain of every TLS port; empty: made at the first start and kept in the store.</summary>
    public string TlsCertFile { get; init; } = "";

    /// <summary>PEM file with the key of <see cref="TlsCertFile"/>.</summary>
    public string TlsKeyFile { get; init; } = "";

    /// <summary>Oldest TLS version that a client may use: <c>TLSv1_2</c> or <c>TLSv1_3</c>.</summary>
    public string TlsMinVersion { get; init; } = Tls12;

    /// <summary>Newest TLS version; empty: the newest that both sides know.</summary>
    public string TlsMaxVersion { get; init; } = "";

    /// <summary>The versions between these two.</summary>
    [JsonIgnore]
#pragma warning disable CA5398 // The settings name versions.
    public SslProtocols TlsVersions => (TlsMinVersion == Tls13 ? SslProtocols.None : SslProtocols.Tls12) | (TlsMaxVersion == Tls12 ? SslProtocols.None : SslProtocols.Tls13);
#pragma warning restore CA5398

    /// <summary>Folder for what the process writes besides its store; empty: none.</summary>
    public string WorkDir { get; init; } = "";

    /// <summary>First pause before a failed component starts again. Default 5 s.</summary>
    public TimeSpan ResilientComponentBaseBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest such pause. Default 1 min.</summary>
    public TimeSpan ResilientComponentMaxBackoff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>First pause after a workload certificate could not be issued. Default 5 s.</summary>
    public TimeSpan CertGenerationBaseBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest such pause. Default 5 min.</summary>
    public TimeSpan CertGenerationMaxBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Failing proxies of one mesh from which on issuing pauses for the whole mesh. Default 10.</summary>
    public int CertGenerationCircuitBreakerMinProxies { get; init; } = 10;
}
