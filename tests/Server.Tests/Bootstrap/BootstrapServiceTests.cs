using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.Server.Bootstrap;

namespace Mesh.Server.Tests.Bootstrap;

public sealed class BootstrapServiceTests
{
    private static readonly BootstrapRequest _request = new() { Mesh = "default", Name = "web-1", DataplaneResource = "{}", DataplaneToken = "good" };

    [Fact]
    public async Task Answer_TokenRequiredAndAbsent_IsRefused()
    {
        var refused = await RefusedAsync(_request with { DataplaneToken = "" }, required: true);

        Assert.Equal(422, refused.StatusCode);
        Assert.Contains("--dataplane-token-file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_TokenRequiredAndWrong_SaysWhyWithoutTheToken()
    {
        var refused = await RefusedAsync(_request with { DataplaneToken = "wrong-secret" }, required: true);

        Assert.Equal(422, refused.StatusCode);
        Assert.Contains("it is for another dataplane", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_GoodToken_IsAnswered()
    {
        var answer = await Service(required: true).AnswerAsync(_request, "localhost", 5678, TestContext.Current.CancellationToken);

        Assert.Equal("10.0.0.1", answer.Address);
        Assert.Contains("id: default.web-1", answer.Yaml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "dataplane", "name")]
    [InlineData("web-1", "ingress", "proxyType")]
    public async Task Answer_BadShape_NamesTheField(string name, string proxyType, string field)
    {
        var refused = await RefusedAsync(_request with { Name = name, ProxyType = proxyType });

        Assert.Equal(422, refused.StatusCode);
        Assert.StartsWith(field, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_UnknownDataplane_Is404WithoutText()
    {
        var refused = await RefusedAsync(_request with { DataplaneResource = null });

        Assert.Equal(404, refused.StatusCode);
        Assert.Empty(refused.Message);
    }

    [Fact]
    public async Task Answer_CaThatIsNone_IsRefused()
    {
        var refused = await RefusedAsync(_request with { CaCert = Certificate("localhost", authority: false) });

        Assert.Equal(400, refused.StatusCode);
        Assert.Contains("no certificate authority", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task Answer_CaThatIsNoPem_IsRefused(string pem) =>
        Assert.Equal(400, (await RefusedAsync(_request with { CaCert = pem })).StatusCode);

    [Fact]
    public async Task Answer_HostThatTheCertificateDoesNotName_SaysWhichItNames()
    {
        var parameters = new BootstrapParameters { CertificateChainPem = Certificate("cp.example", authority: true) };

        var refused = await RefusedAsync(_request, parameters: parameters);

        Assert.Equal(400, refused.StatusCode);
        Assert.Contains("cp.example", refused.Message, StringComparison.Ordinal);
        Assert.Contains("localhost", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AdminPortThatIsAnInbound_IsRefused()
    {
        var refused = await RefusedAsync(_request, parameters: new BootstrapParameters { AdminPort = 8080, AdminAddress = "0.0.0.0" });

        Assert.Equal(422, refused.StatusCode);
        Assert.StartsWith("networking.inbound[0].port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AdminOnSocketOrInboundElsewhere_IsAnswered()
    {
        var onSocket = await Service(parameters: new BootstrapParameters { AdminPort = 8080, AdminAddress = "0.0.0.0" })
            .AnswerAsync(_request with { WorkDir = "/run/mesh" }, "localhost", 5678, TestContext.Current.CancellationToken);

        Assert.Contains("path: /run/mesh/kuma-envoy-admin.sock", onSocket.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WarmUp_AnyParameters_EndsWithoutFault()
    {
        using var warmUp = new BootstrapWarmUp(new BootstrapParameters { AdminUnixSocket = false, CertificateChainPem = "not a certificate" });
        await warmUp.StartAsync(TestContext.Current.CancellationToken);

        await warmUp.ExecuteTask!;
    }

    [Fact]
    public void Parse_AppProbeProxyDisabled_MeansEnabled() =>
        Assert.True(BootstrapRequest.Parse("""{"appProbeProxyDisabled": true, "unknown": [1]}"""u8).AppProbeProxyEnabled);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"mesh": 1}""")]
    [InlineData("""{"features": "x"}""")]
    [InlineData("""{"dnsPort": -1}""")]
    public void Parse_NoRequest_Throws(string json) =>
        Assert.Throws<JsonException>(() => BootstrapRequest.Parse(System.Text.Encoding.UTF8.GetBytes(json)));

    private static async Task<BootstrapException> RefusedAsync(
        BootstrapRequest request, bool required = false, BootstrapParameters? parameters = null) =>
        await Assert.ThrowsAsync<BootstrapException>(() =>
            Service(required, parameters).AnswerAsync(request, "localhost", 5678, TestContext.Current.CancellationToken).AsTask());

    private static BootstrapService Service(bool required = false, BootstrapParameters? parameters = null) =>
        new(parameters ?? new BootstrapParameters(), new OneDataplane(), new OneToken(required));

    private static string Certificate(string dnsName, bool authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return request.CreateSelfSigned(start, start.AddYears(50)).ExportCertificatePem();
    }

    private sealed class OneDataplane : IBootstrapDataplanes
    {
        public BootstrapDataplane Read(string resource) => new()
        {
            Labels = new Dictionary<string, string>(),
            Address = "10.0.0.1",
            Listens = [("networking.inbound[0].port", "10.0.0.1", 8080)],
        };

        public ValueTask<BootstrapDataplane?> FindAsync(string mesh, string name, CancellationToken cancellationToken) => new((BootstrapDataplane?)null);
    }

    private sealed class OneToken(bool required) : IDataplaneTokenValidator
    {
        public bool IsRequired => required;

        public ValueTask<string?> ValidateAsync(
            string token, string mesh, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
            new(token == "good" ? null : "it is for another dataplane");
    }
}
