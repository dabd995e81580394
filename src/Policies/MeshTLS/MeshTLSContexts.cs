using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;

namespace Mesh.Policies.MeshTLS;

/// <summary>TLS messages for mesh traffic.</summary>
internal static class MeshTLSContexts
{
    /// <summary>What an inbound demands: a certificate of the mesh, from one of the trust domains where they are known.</summary>
    internal static TransportSocket Downstream(WorkloadIdentityFacts identity, MeshTLSConf? conf)
    {
        var validation = new CertificateValidationContext();
        foreach (var domain in identity.TrustDomains)
        {
            validation.MatchTypedSubjectAltNames.Add(new SubjectAltNameMatcher
            {
                SanType = SubjectAltNameMatcher.Types.SanType.Uri,
                Matcher = new StringMatcher { Prefix = $"spiffe://{domain}/" },
            });
        }

        var context = new DownstreamTlsContext
        {
            RequireClientCertificate = true,
            CommonTlsContext = new CommonTlsContext
            {
                TlsParams = Parameters(conf),
                TlsCertificateSdsSecretConfigs = { FromAds(identity.SecretName) },
                CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
                {
                    DefaultValidationContext = validation,
                    ValidationContextSdsSecretConfig = FromAds(identity.TrustBundleName),
                },
            },
        };
        return new TransportSocket { Name = EnvoyExtensions.TlsTransportSocket, TypedConfig = Any.Pack(context) };
    }

    /// <summary>Versions and ciphers; null when the configuration says nothing about them.</summary>
    internal static TlsParameters? Parameters(MeshTLSConf? conf)
    {
        if (conf?.TlsVersion is null && conf?.TlsCiphers is not { Count: > 0 })
        {
            return null;
        }

        var parameters = new TlsParameters
        {
            TlsMinimumProtocolVersion = VersionOf(conf.TlsVersion?.Min),
            TlsMaximumProtocolVersion = VersionOf(conf.TlsVersion?.Max),
        };
        parameters.CipherSuites.Add(conf.TlsCiphers ?? []);
        return parameters;
    }

    private static TlsParameters.Types.TlsProtocol VersionOf(string? version) => version switch
    {
        "TLS10" => TlsParameters.Types.TlsProtocol.Tlsv10,
        "TLS11" => TlsParameters.Types.TlsProtocol.Tlsv11,
        "TLS12" => TlsParameters.Types.TlsProtocol.Tlsv12,
        "TLS13" => TlsParameters.Types.TlsProtocol.Tlsv13,
        _ => TlsParameters.Types.TlsProtocol.TlsAuto,
    };

    private static SdsSecretConfig FromAds(string name) => new()
    {
        Name = name,
        SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 },
    };
}
