using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;
using Mesh.Sidecar.Relay;
using Any = Google.Protobuf.WellKnownTypes.Any;

namespace Mesh.Sidecar.Tests.Relay;

public sealed class ExpiredSecretsTests
{
    private static readonly DateTimeOffset _expiry = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private readonly LogLines _log = new();

    [Fact]
    public void Certificate_NotExpired_IsServed()
    {
        var held = Held();

        Assert.Same(held, ExpiredSecrets.Withheld(held, _expiry.AddSeconds(-1), _log));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Certificate_Expired_IsWithheldAndTold()
    {
        var rest = ExpiredSecrets.Withheld(Held(), _expiry, _log);

        Assert.Equal(["garbage", "trust"], rest.Of(XdsTypes.Secret.Url).Keys.Order());
        Assert.Contains("identity has expired at 2031-02-03 04:05:06Z", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private static HeldConfiguration Held()
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(_expiry.AddDays(-1), _expiry);
        var identity = new Secret
        {
            Name = "identity",
            TlsCertificate = new TlsCertificate { CertificateChain = new DataSource { InlineBytes = ByteString.CopyFromUtf8(certificate.ExportCertificatePem()) } },
        };
        var trust = new Secret { Name = "trust", ValidationContext = new CertificateValidationContext() };
        return new HeldConfiguration(new()
        {
            [XdsTypes.Secret.Url] = new()
            {
                ["identity"] = Resource("identity", identity),
                ["trust"] = Resource("trust", trust),
                ["garbage"] = new HeldResource("garbage", "v1", new byte[] { 0xFF, 0x01 }),
            },
        });
    }

    private static HeldResource Resource(string name, Secret secret) =>
        new(name, "v1", new Resource { Name = name, Version = "v1", Resource_ = Any.Pack(secret) }.ToByteArray());
}
