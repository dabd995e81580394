using System.Net;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Type.Matcher.V3;
using Google.Protobuf;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;
using SanType = EnvoyApi.Extensions.TransportSockets.Tls.V3.SubjectAltNameMatcher.Types.SanType;
using TlsProtocol = EnvoyApi.Extensions.TransportSockets.Tls.V3.TlsParameters.Types.TlsProtocol;

namespace Mesh.Zone.Generators;

/// <summary>TLS messages for services outside the mesh.</summary>
internal static class ExternalTlsContexts
{
    /// <summary>
    /// One context under the first host where all endpoints need the same; else one for each host, for server name and
    /// expected names follow the host where nothing else is given.
    /// </summary>
    internal static IReadOnlyList<(string Host, UpstreamTlsContext Context)> ByHost(ExternalTlsFacts tls, FactList<ExternalAddress> addresses)
    {
        var contexts = addresses.Select(address => address.Host).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(host => (Host: host, Context: Context(tls, host))).ToList();
        return contexts.TrueForAll(pair => pair.Context.Equals(contexts[0].Context)) ? [.. contexts.Take(1)] : contexts;
    }

    private static UpstreamTlsContext Context(ExternalTlsFacts tls, string host)
    {
        var context = new UpstreamTlsContext
        {
            // A server name is never an address (RFC 6066 §3).
            Sni = tls.ServerName.Length > 0 ? tls.ServerName : IPAddress.TryParse(host, out _) ? "" : host,
            AllowRenegotiation = tls.AllowsRenegotiation,
        };
        var common = new CommonTlsContext { TlsParams = Versions(tls), ValidationContext = Validation(tls, host) };
        if (tls.Client is { } client)
        {
            common.TlsCertificates.Add(new TlsCertificate { CertificateChain = Inline(client.Chain), PrivateKey = Inline(client.PrivateKey) });
        }

        // Nothing to say: Envoy's own defaults.
        context.CommonTlsContext = common.CalculateSize() == 0 ? null : common;
        return context;
    }

    private static TlsParameters? Versions(ExternalTlsFacts tls)
    {
        var (min, max) = (VersionOf(tls.MinVersion), VersionOf(tls.MaxVersion));
        return min == TlsProtocol.TlsAuto && max == TlsProtocol.TlsAuto
            ? null
            : new TlsParameters { TlsMinimumProtocolVersion = min, TlsMaximumProtocolVersion = max };
    }

    private static TlsProtocol VersionOf(string version) => version switch
    {
        "TLS10" => TlsProtocol.Tlsv10,
        "TLS11" => TlsProtocol.Tlsv11,
        "TLS12" => TlsProtocol.Tlsv12,
        "TLS13" => TlsProtocol.Tlsv13,
        _ => TlsProtocol.TlsAuto,
    };

    private static CertificateValidationContext? Validation(ExternalTlsFacts tls, string host)
    {
        if (!tls.ChecksAuthority)
        {
            return null;
        }

        var validation = new CertificateValidationContext
        {
            TrustedCa = tls.Authorities.Length > 0 ? Inline(tls.Authorities) : new DataSource { Filename = tls.SystemAuthorities },
        };
        if (tls.ChecksNames)
        {
            var names = tls.Names.Count > 0 ? tls.Names : [new ExternalName(tls.ServerName.Length > 0 ? tls.ServerName : host, false)];
            validation.MatchTypedSubjectAltNames.Add(names.Select(Matcher));
        }

        return validation;
    }

    private static SubjectAltNameMatcher Matcher(ExternalName name) => new()
    {
        SanType = IPAddress.TryParse(name.Value, out _) ? SanType.IpAddress
            : name.Value.Contains("://", StringComparison.Ordinal) ? SanType.Uri
            : SanType.Dns,
        Matcher = name.IsPrefix ? new StringMatcher { Prefix = name.Value } : new StringMatcher { Exact = name.Value },
    };

    private static DataSource Inline(string pem) => new() { InlineBytes = ByteString.CopyFromUtf8(pem) };
}
