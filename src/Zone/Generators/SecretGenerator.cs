using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Generators;

/// <summary>Builds secrets: the trust bundle, and a proxy's own certificate.</summary>
internal static class SecretGenerator
{
    internal static IEnumerable<GeneratedResource> Generate(TrustBundlePlan plan)
    {
        var validator = new SPIFFECertValidatorConfig();
        foreach (var domain in plan.Domains)
        {
            validator.TrustDomains.Add(new SPIFFECertValidatorConfig.Types.TrustDomain
            {
                Name = domain.Name,
                TrustBundle = new DataSource { InlineBytes = ByteString.CopyFromUtf8(domain.Pem) },
            });
        }

        var secret = new Secret
        {
            Name = EnvoyNames.TrustBundle,
            ValidationContext = new CertificateValidationContext
            {
                CustomValidatorConfig = new TypedExtensionConfig
                {
                    Name = EnvoyExtensions.SpiffeCertificateValidator,
                    TypedConfig = Any.Pack(validator),
                },
            },
        };
        return [new GeneratedResource(TypeUrls.Secret, EnvoyNames.TrustBundle, secret)];
    }

    /// <summary>Not part of a plan: certificates come and go with time.</summary>
    internal static Secret Certificate(string name, WorkloadCertificate certificate) => new()
    {
        Name = name,
        TlsCertificate = new TlsCertificate
        {
            CertificateChain = new DataSource { InlineBytes = certificate.CertificateChain },
            PrivateKey = new DataSource { InlineBytes = certificate.PrivateKey },
        },
    };
}
