using System.Security.Cryptography.X509Certificates;
using Mesh.Identity.Certificates;
using Mesh.Identity.Spiffe;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Identity.Tests.Certificates;

public sealed class AuthorityTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(_now);

    [Fact]
    public void Issue_Leaf_IsAnSvidThatItsAuthorityVouchesFor()
    {
        using var authority = CertificateAuthority.GenerateEc("td.local", _now, "td.local");
        var leaf = new BundledAuthority(authority, _clock).Issue(Id("spiffe://td.local/workload/web"), TimeSpan.FromHours(12));

        using var certificate = X509Certificate2.CreateFromPem(leaf.CertificatePem, leaf.PrivateKeyPem);
        Assert.Equal("", certificate.Subject);
        Assert.Equal("CN=td.local, O=Kuma, OU=Mesh", string.Join(", ", certificate.Issuer.Split(", ").Order()));
        Assert.Equal(_now.AddDays(-1), certificate.NotBefore.ToUniversalTime());
        Assert.Equal(_now.AddHours(12), certificate.NotAfter.ToUniversalTime());
        Assert.Equal("1.2.840.10045.3.1.7", certificate.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        var names = certificate.Extensions.Single(e => e.Oid!.Value == "2.5.29.17");
        Assert.True(names.Critical);
        Assert.Contains("spiffe://td.local/workload/web", System.Text.Encoding.ASCII.GetString(names.RawData), StringComparison.Ordinal);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(2, certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Count);
        AssertTrusted(certificate, authority.CertificatePem, _now);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_GivenRsaOrEcAuthority_Issues(bool rsa)
    {
        using var made = rsa ? CertificateAuthority.GenerateRsa("own", _now) : CertificateAuthority.GenerateEc("own", _now);
        using var authority = CertificateAuthority.Load(made.CertificatePem, made.ExportPrivateKeyPem());
        Assert.Equal(made.Id, authority.Id);

        var leaf = new BundledAuthority(authority, _clock).Issue(Id("spiffe://td/x"), TimeSpan.FromHours(1));
        using var certificate = X509Certificate2.CreateFromPem(leaf.CertificatePem);
        AssertTrusted(certificate, authority.CertificatePem, _now);
    }

    [Fact]
    public void Load_KeyOfAnother_IsRefused()
    {
        using var one = CertificateAuthority.GenerateEc("one", _now);
        using var two = CertificateAuthority.GenerateEc("two", _now);
        Assert.Equal(
            "the private key does not belong to the certificate",
            Assert.Throws<CertificateException>(() => CertificateAuthority.Load(one.CertificatePem, two.ExportPrivateKeyPem())).Message);
    }

    [Fact]
    public void Load_NotAnAuthorityOrNotPem_IsRefused()
    {
        using var authority = CertificateAuthority.GenerateEc("one", _now);
        var leaf = new BundledAuthority(authority, _clock).Issue(Id("spiffe://td/x"), TimeSpan.FromHours(1));
        Assert.Contains("not an authority", Refusal(leaf.CertificatePem, leaf.PrivateKeyPem), StringComparison.Ordinal);
        Assert.Contains("no certificate", Refusal("123", leaf.PrivateKeyPem), StringComparison.Ordinal);
        Assert.Contains("no private key", Refusal(authority.CertificatePem, "123"), StringComparison.Ordinal);
        Assert.Contains(
            "neither RSA nor EC", Refusal(authority.CertificatePem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), StringComparison.Ordinal);
        Assert.Contains(
            "cannot be read", Refusal("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", leaf.PrivateKeyPem), StringComparison.Ordinal);
    }

    [Fact]
    public void Issue_BeyondTheAuthority_EndsWithIt()
    {
        using var authority = CertificateAuthority.GenerateEc("one", _now);
        _clock.Advance(CertificateAuthority.Lifetime - TimeSpan.FromHours(1));
        var bundled = new BundledAuthority(authority, _clock);
        var leaf = bundled.Issue(Id("spiffe://td/x"), TimeSpan.FromDays(5));
        Assert.Equal(authority.NotAfter, leaf.ExpiresAt);

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Throws<CertificateException>(() => bundled.Issue(Id("spiffe://td/x"), TimeSpan.FromDays(5)));
    }

    [Fact]
    public void Issue_ValidityTooShort_IsRefused()
    {
        using var authority = CertificateAuthority.GenerateEc("one", _now);
        Assert.Throws<CertificateException>(() => new BundledAuthority(authority, _clock).Issue(Id("spiffe://td/x"), TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void ToString_Leaf_HoldsNoKey()
    {
        using var authority = CertificateAuthority.GenerateEc("one", _now);
        var leaf = new BundledAuthority(authority, _clock).Issue(Id("spiffe://td/x"), TimeSpan.FromHours(1));
        Assert.DoesNotContain("PRIVATE", leaf.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", new KeyedCertificate("c", "-----BEGIN PRIVATE KEY-----").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RecordedAuthority_Issues()
    {
        Assert.SkipUnless(Mesh.Testing.SharedFolder.Conformance is not null, Mesh.Testing.SharedFolder.SkipReason);
        var text = File.ReadAllText(Path.Combine(Mesh.Testing.SharedFolder.Conformance!, "recorded", "scenarios", "75-identity-own-ca", "resources.yaml"));
        var secrets = text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(line[6..]))).ToArray();

        using var authority = CertificateAuthority.Load(secrets[0], secrets[1]);
        var leaf = new BundledAuthority(authority, new FakeTimeProvider(authority.NotBefore.AddDays(1))).Issue(Id("spiffe://td/x"), TimeSpan.FromHours(1));
        using var certificate = X509Certificate2.CreateFromPem(leaf.CertificatePem);
        using var root = X509Certificate2.CreateFromPem(authority.CertificatePem);
        Assert.Equal(root.SubjectName.RawData, certificate.IssuerName.RawData);
    }

    internal static void AssertTrusted(X509Certificate2 certificate, string authorityPem, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authorityPem);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        Assert.True(chain.Build(certificate), string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation)));
    }

    private static SpiffeId Id(string text) => SpiffeId.TryParse(text, out var id, out var error) ? id : throw new ArgumentException(error);

    private static string Refusal(string certificate, string key) =>
        Assert.Throws<CertificateException>(() => CertificateAuthority.Load(certificate, key)).Message;
}
