using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.DataPlane;
using Mesh.Server.Hosting;
using Mesh.Stores.Memory;
using Mesh.Zone.Ingest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.DataPlane;

/// <summary>What leaves a zone of what its Envoys answer.</summary>
public sealed class LocalProxyAdminTests
{
    private const string Dump = """
        {"configs": [
          {"@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", "bootstrap": {
            "node": {"id": "default.web-1", "metadata": {"authorization": "no header"}},
            "dynamic_resources": {"ads_config": {"grpc_services": [
              {"envoy_grpc": {"cluster_name": "ads_cluster"}, "initial_metadata": [{"key": "authorization", "value": "THE-TOKEN"}, {"key": "x", "value": "y"}]}]}},
            "hds_config": {"grpc_services": [{"initial_metadata": [{"key": "Authorization", "value": "THE-TOKEN"}]}]}}},
          {"@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", "version_info": "1", "static_clusters": []}]}
        """;

    [Fact]
    public async Task ConfigDump_WithTheProxysToken_IsPassedOnWithoutIt()
    {
        var answer = await AskAsync(ProxyQuestionKind.ConfigDump, Dump);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Dump.Replace("THE-TOKEN", "[redacted]", StringComparison.Ordinal)), JsonNode.Parse(answer)), answer);
    }

    [Theory]
    [InlineData("""{"configs": [{"initial_metadata": [{"key": "authorization", "value": "THE-TOKEN"}]}""")]
    [InlineData("""{"a": [], "a": [{"initial_metadata": [{"key": "authorization", "value": "THE-TOKEN"}]}]}""")]
    [InlineData("""authorization: THE-TOKEN""")]
    public async Task ConfigDump_ThatCannotBeRead_IsNotPassedOn(string dump)
    {
        var refused = await Assert.ThrowsAsync<EnvoyAdminException>(() => AskAsync(ProxyQuestionKind.ConfigDump, dump));

        Assert.DoesNotContain("THE-TOKEN", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_OfAProxy_ArePassedOnAsTheyAre() => Assert.Equal("a.b: 1\n", await AskAsync(ProxyQuestionKind.Stats, "a.b: 1\n"));

    private static async Task<string> AskAsync(ProxyQuestionKind kind, string answer)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var store = new MemoryStore(TimeProvider.System);
        using var authorities = new Authorities(store, TimeProvider.System);
        using var authority = await authorities.EnsureEnvoyAdminAsync(cancel);
        await using var envoy = await HttpHost.StartAsync(
            [new ListenOn("envoy", "127.0.0.1", 0, Certificate(authority))],
            NullLoggerFactory.Instance,
            _ => { },
            _ => { },
            application => application.Run(http => http.Response.WriteAsync(answer)),
            cancel);
        var proxies = new ConnectedProxies();
        proxies.Add(new ProxyKey("default", "web-1"), 1, new ProxyMetadata { AdminPort = (uint)envoy.Addresses[0].Port });
        var admin = new LocalProxyAdmin(proxies, new EnvoyAdminClient(authorities), pipeline: null!, store);
        var dataplane = new Resource
        {
            Descriptor = DataplaneKind.Resource,
            Mesh = "default",
            Name = "web-1",
            Spec = new DataplaneSpec { Networking = new DataplaneNetworking { Address = "127.0.0.1" } },
        };

        return Encoding.UTF8.GetString((await admin.AskAsync(dataplane, new ProxyQuestion(kind), cancel)).Span);
    }

    private static ServerCertificate Certificate(CertificateAuthority authority)
    {
        var made = new EnvoyAdminCertificates(authority).ForProxy("127.0.0.1");
        using var parsed = X509Certificate2.CreateFromPem(made.CertificatePem, made.PrivateKeyPem);
        var leaf = X509CertificateLoader.LoadPkcs12(parsed.Export(X509ContentType.Pkcs12), null);
        return new ServerCertificate(leaf, [], made.CertificatePem, SslProtocols.None);
    }
}
