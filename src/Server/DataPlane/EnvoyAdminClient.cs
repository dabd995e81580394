using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Server.DataPlane;

/// <summary>
/// Asks the admin interfaces of Envoys, through the listener that each of them has for us: TLS, both sides with certificates
/// of the CA in GlobalSecret <c>envoy-admin-ca</c> (contract §3.4).
/// </summary>
internal sealed class EnvoyAdminClient(Authorities authorities)
{
    private const int LongestAnswer = 64 << 20;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    /// <summary>The answer to a GET.</summary>
    /// <param name="dataplane">The proxy's Dataplane.</param>
    /// <param name="adminPort">Port of its admin listener.</param>
    /// <param name="path">Path and query.</param>
    /// <exception cref="EnvoyAdminException">The proxy does not answer.</exception>
    public async Task<string> GetAsync(Resource dataplane, uint adminPort, string path, CancellationToken cancellationToken)
    {
        var address = dataplane.SpecAs<DataplaneSpec>().Networking?.Address ?? "";
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        using var authority = await authorities.EnsureEnvoyAdminAsync(cancellationToken);
        var certificates = new EnvoyAdminCertificates(authority);
        var own = certificates.ForControlPlane();
        using var parsed = X509Certificate2.CreateFromPem(own.CertificatePem, own.PrivateKeyPem);
        using var certificate = X509CertificateLoader.LoadPkcs12(parsed.Export(X509ContentType.Pkcs12), null);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = _timeout };
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = address,
            ClientCertificates = [certificate],
            CertificateChainPolicy = Trust(certificates.AuthorityPem),
        };
        using var http = new HttpClient(handler) { Timeout = _timeout, MaxResponseContentBufferSize = LongestAnswer };
        try
        {
            var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{host}:{adminPort}{path}"));
            using var response = await http.GetAsync(url, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? text : throw new EnvoyAdminException($"the proxy answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new EnvoyAdminException($"the proxy's admin interface at {host}:{adminPort} does not answer: {e.InnerException?.Message ?? e.Message}");
        }
    }

    private static X509ChainPolicy Trust(string authorityPem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(authorityPem);
        return policy;
    }
}
