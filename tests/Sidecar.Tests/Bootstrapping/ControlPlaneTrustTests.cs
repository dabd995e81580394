using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Sidecar.Bootstrapping;

namespace Mesh.Sidecar.Tests.Bootstrapping;

/// <summary>Whether a control plane is followed whose certificate is of another CA than its bootstrap named.</summary>
public sealed class ControlPlaneTrustTests
{
    private readonly X509Certificate2 _former = Authority("former");
    private readonly X509Certificate2 _next = Authority("next");

    [Fact]
    public void Certificate_OfTheBootstrapsCa_PassesWithoutTheUsersTrust()
    {
        Assert.Equal((true, 0), Verify(_former, new SidecarOptions()));
    }

    [Fact]
    public void Certificate_OfACaThatTheUserNamedToo_IsFollowed()
    {
        Assert.Equal((true, 1), Verify(_next, new SidecarOptions { CaCert = _former.ExportCertificatePem() + "\n" + _next.ExportCertificatePem() }));
    }

    [Fact]
    public void Certificate_OfACaThatNobodyNamed_IsRefused()
    {
        Assert.Equal((false, 0), Verify(_next, new SidecarOptions { CaCert = _former.ExportCertificatePem() }));
        Assert.Equal((false, 0), Verify(_next, new SidecarOptions()));
    }

    [Fact]
    public void Certificate_OfAnotherCa_WhereNothingIsVerified_IsFollowed()
    {
        Assert.Equal((true, 1), Verify(_next, new SidecarOptions { SkipVerify = true }));
    }

    [Fact]
    public void Certificate_ForAnotherName_IsRefused()
    {
        Assert.Equal((false, 0), Verify(_former, new SidecarOptions { CaCert = _former.ExportCertificatePem() }, SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    private (bool IsTrusted, int ByUser) Verify(X509Certificate2 issuer, SidecarOptions options, SslPolicyErrors errors = SslPolicyErrors.RemoteCertificateChainErrors)
    {
        var byUser = 0;
        var verifier = ControlPlaneTrust.Of(_former.ExportCertificatePem(), options, () => byUser++);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=control plane", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, [1]);
        using var chain = new X509Chain();
        return (verifier(this, certificate, chain, errors), byUser);
    }

    private static X509Certificate2 Authority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
