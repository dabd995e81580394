using Mesh.Identity.Certificates;
using Mesh.Identity.Trust;

namespace Mesh.Identity.Tests.Trust;

public sealed class TrustBundlesTests
{
    [Fact]
    public void Join_SeveralTrusts_JoinsPerDomainEachOnce()
    {
        using var one = CertificateAuthority.GenerateEc("one", DateTimeOffset.UnixEpoch.AddYears(50));
        using var two = CertificateAuthority.GenerateEc("two", DateTimeOffset.UnixEpoch.AddYears(50));
        var faults = new List<string>();

        var joined = TrustBundles.Join(
            [
                new("b", two.CertificatePem),
                new("a", one.CertificatePem),
                new("b", "text before\n" + one.CertificatePem + two.CertificatePem),
                new("c", "broken"),
            ],
            faults);

        Assert.Equal(["a", "b"], joined.Keys);
        Assert.Equal(one.CertificatePem, joined["a"]);
        Assert.Equal(two.CertificatePem + one.CertificatePem, joined["b"]);
        Assert.Equal("trust domain c: there is no certificate in PEM", Assert.Single(faults));
    }

    [Fact]
    public void Check_Bundle_SaysWhatIsWrong()
    {
        using var one = CertificateAuthority.GenerateEc("one", DateTimeOffset.UnixEpoch.AddYears(50));
        Assert.Null(TrustBundles.Check(one.CertificatePem));
        Assert.Equal(
            "certificate 2 of the PEM text cannot be read",
            TrustBundles.Check(one.CertificatePem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
    }
}
