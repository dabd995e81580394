using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Server.Bootstrap;
using Mesh.Testing;

namespace Mesh.RealEnvoy.Bootstrap;

/// <summary>Envoy's own rules judge our bootstraps.</summary>
public sealed class BootstrapAcceptanceTests
{
    [Theory]
    [InlineData("localhost", false, 0)]
    [InlineData("127.0.0.1", false, 0)]
    [InlineData("fd00:a123::1", false, 0)]
    [InlineData("localhost", true, 0)]
    [InlineData("localhost", false, 200_000_000)]
    public async Task Bootstrap_OfEachForm_IsAcceptedByEnvoy(string host, bool tokenFile, long maxHeap)
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        var folder = Directory.CreateTempSubdirectory("mesh-bootstrap-");
        try
        {
            var token = Path.Combine(folder.FullName, "token");
            await File.WriteAllTextAsync(token, "abc", TestContext.Current.CancellationToken);
            var request = new BootstrapRequest
            {
                Mesh = "default",
                Name = "web-1",
                DataplaneResource = "type: Dataplane\nname: \"web-1\"\n",
                DataplaneToken = "abc",
                DataplaneTokenPath = token,
                CaCert = Authority(),
                ReadinessPort = 9902,
                Features = ["feature-reuse-port"],
                WorkDir = folder.FullName,
                Resources = new BootstrapRequest.ProxyResources((ulong)maxHeap),
            };
            var service = new BootstrapService(
                new BootstrapParameters { ReloadableTokens = tokenFile, XdsHost = host, XdsPort = 5678 }, new AnyDataplane(), new NoTokenRequired());
            var answer = await service.AnswerAsync(request, host, 5678, TestContext.Current.CancellationToken);

            Assert.Null(await EnvoyBinary.ValidateAsync(answer.Yaml, TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1)).ExportCertificatePem();
    }

    private sealed class AnyDataplane : IBootstrapDataplanes
    {
        public BootstrapDataplane Read(string resource) => new() { Labels = new Dictionary<string, string>(), Address = "127.0.0.1" };

        public ValueTask<BootstrapDataplane?> FindAsync(string mesh, string name, CancellationToken cancellationToken) => new((BootstrapDataplane?)null);
    }
}
