using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Identity.Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Identity.Tests.Certificates;

public sealed class ControlPlaneCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(_now);
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-identity").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Generate_ControlPlane_NamesItselfAndIsItsOwnAuthority()
    {
        var made = ControlPlaneCertificate.Generate("vm-1", [IPAddress.Parse("10.0.0.5")], _now);

        using var certificate = X509Certificate2.CreateFromPem(made.CertificatePem, made.PrivateKeyPem);
        Assert.True(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["vm-1", "localhost"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "::1", "10.0.0.5"], names.EnumerateIPAddresses().Select(a => a.ToString()));
        AuthorityTests.AssertTrusted(certificate, made.CertificatePem, _now);
    }

    [Fact]
    public void LoadOrCreate_SecondStart_KeepsTheCertificateAndItsKeyPrivate()
    {
        var first = ControlPlaneCertificate.LoadOrCreate(_folder, "vm-1", [], _clock);
        _clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(first, ControlPlaneCertificate.LoadOrCreate(_folder, "vm-1", [], _clock));
        foreach (var file in OperatingSystem.IsWindows() ? [] : Directory.GetFiles(_folder))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        }
    }

    [Fact]
    public void LoadOrCreate_NearItsEnd_IsReplaced()
    {
        var first = ControlPlaneCertificate.LoadOrCreate(_folder, "vm-1", [], _clock);
        _clock.Advance(CertificateAuthority.Lifetime - TimeSpan.FromDays(29));
        Assert.NotEqual(first, ControlPlaneCertificate.LoadOrCreate(_folder, "vm-1", [], _clock));
    }

    [Fact]
    public void ForProxy_SameAuthorityAndAddress_HasTheSameBytesEverywhere()
    {
        using var authority = CertificateAuthority.GenerateRsa("Envoy Admin CA", _now);
        using var reloaded = CertificateAuthority.Load(authority.CertificatePem, authority.ExportPrivateKeyPem());

        var first = new EnvoyAdminCertificates(authority).ForProxy("10.0.0.5");
        Assert.Equal(first, new EnvoyAdminCertificates(reloaded).ForProxy("10.0.0.5"));
        Assert.NotEqual(first.PrivateKeyPem, new EnvoyAdminCertificates(authority).ForProxy("10.0.0.6").PrivateKeyPem);
    }

    [Theory]
    [InlineData(2026)]
    [InlineData(2045)]
    public void ForProxy_Bytes_AreThoseOfTheFrameworksOwnWriter(int issued)
    {
        using var authority = CertificateAuthority.GenerateRsa("Envoy Admin CA", new DateTimeOffset(issued, 3, 1, 0, 0, 0, TimeSpan.Zero));
        using var signing = RSA.Create();
        signing.ImportFromPem(authority.ExportPrivateKeyPem());
        var made = new EnvoyAdminCertificates(authority).ForProxy("10.0.0.5");

        using var certificate = X509Certificate2.CreateFromPem(made.CertificatePem, made.PrivateKeyPem);
        using var issuer = X509Certificate2.CreateFromPem(authority.CertificatePem);
        using var key = certificate.GetECDsaPrivateKey()!;
        var request = new CertificateRequest(certificate.SubjectName, key, HashAlgorithmName.SHA256);
        foreach (var extension in certificate.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var expected = request.Create(
            issuer.SubjectName,
            X509SignatureGenerator.CreateForRSA(signing, RSASignaturePadding.Pkcs1),
            authority.NotBefore,
            authority.NotAfter,
            certificate.SerialNumberBytes.Span);
        Assert.Equal(expected.RawData, certificate.RawData);
    }

    [Fact]
    public void ForProxyAndControlPlane_AreTrustedForTheirSide()
    {
        using var authority = CertificateAuthority.GenerateRsa("Envoy Admin CA", _now);
        var certificates = new EnvoyAdminCertificates(authority);
        var byIp = certificates.ForProxy("10.0.0.5");
        var byName = certificates.ForProxy("host.local");
        var client = certificates.ForControlPlane();

        using var server = X509Certificate2.CreateFromPem(byIp.CertificatePem, byIp.PrivateKeyPem);
        using var named = X509Certificate2.CreateFromPem(byName.CertificatePem, byName.PrivateKeyPem);
        using var controlPlane = X509Certificate2.CreateFromPem(client.CertificatePem, client.PrivateKeyPem);
        foreach (var certificate in new[] { server, named, controlPlane })
        {
            AuthorityTests.AssertTrusted(certificate, authority.CertificatePem, _now);
        }

        Assert.Equal("10.0.0.5", Assert.Single(NamesOf(server).EnumerateIPAddresses()).ToString());
        Assert.Equal("host.local", Assert.Single(NamesOf(named).EnumerateDnsNames()));
        Assert.Equal("kuma-cp", Assert.Single(NamesOf(controlPlane).EnumerateDnsNames()));
    }

    private static X509SubjectAlternativeNameExtension NamesOf(X509Certificate2 certificate) =>
        new(certificate.Extensions.Single(e => e.Oid!.Value == "2.5.29.17").RawData);
}
