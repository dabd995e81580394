using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Model.Labels;
using Mesh.Model.Text;
using Mesh.Server.Bootstrap;
using Mesh.Stores.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Bootstrap;

/// <summary>What comes in over HTTP, good and bad.</summary>
public sealed class BootstrapEndpointTests : IAsyncLifetime
{
    private const string Dataplane = "type: Dataplane\nname: web-1\nmesh: default\nnetworking: {address: 10.0.0.1, inbound: [{port: 80}]}\n";
    private const string With = """{"mesh": "default", "name": "web-1", "dataplaneResource": "{type: Dataplane, name: web-1, mesh: default, networking: {address: 10.0.0.1, inbound: [{port: 80}]}}",""";
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;
    private WebApplication _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new BootstrapService(
            new BootstrapParameters(), new StoreBootstrapDataplanes(new MemoryStore(TimeProvider.System), new LabelContext()), new NoTokenRequired()));
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.MapMeshBootstrap();
        await _server.StartAsync(_token);
        var address = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("", 400, "cannot be read")]
    [InlineData("null", 400, "null")]
    [InlineData("{", 400, "cannot be read")]
    [InlineData("[]", 400, "cannot be read")]
    [InlineData("\"x\"", 400, "cannot be read")]
    [InlineData("""{"name": 1}""", 400, "name")]
    [InlineData("""{"features": {}}""", 400, "features")]
    [InlineData("""{"dnsPort": -1}""", 400, "dnsPort")]
    [InlineData("""{"dnsPort": 4294967296}""", 400, "dnsPort")]
    [InlineData("""{"version": []}""", 400, "version")]
    [InlineData("""{"name": "web-1", "name": "web-2"}""", 400, "cannot be read")]
    [InlineData(With + """ "dynamicMetadata": {"a": 1, "a": 2}}""", 400, "cannot be read")]
    [InlineData(With + """ "dynamicMetadata": {"a": "\ud800"}}""", 400, "cannot be read")]
    [InlineData(With + """ "dynamicMetadata": {"\ud800": 1}}""", 400, "cannot be read")]
    [InlineData(With + """ "dynamicMetadata": {"a": 1e999}}""", 400, "dynamicMetadata cannot be read")]
    [InlineData(With + """ "otelEnv": {"shared": {}, "shared": {}}}""", 400, "cannot be read")]
    [InlineData("{}", 422, "name")]
    [InlineData("""{"name": "web-1", "proxyType": "ingress"}""", 422, "proxyType")]
    [InlineData("""{"name": "web-1", "dataplaneResource": "{"}""", 422, "Dataplane resource")]
    [InlineData("""{"name": "web-1", "dataplaneResource": "type: Mesh\nname: a"}""", 422, "Dataplane")]
    [InlineData("""{"name": "web-1", "dataplaneResource": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*c]"}""", 422, "anchor")]
    [InlineData("""{"name": "web-1", "mesh": "default"}""", 404, "")]
    public async Task Post_BadRequest_IsToldWhy(string body, int status, string reason)
    {
        using var response = await PostAsync(Encoding.UTF8.GetBytes(body));

        var text = await response.Content.ReadAsStringAsync(_token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_NotUtf8_Is400() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync([.. "{\"name\":\""u8, 0xFF, 0xFE, .. "\"}"u8])).StatusCode);

    [Fact]
    public async Task Post_TooDeep_Is400() =>
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await PostAsync(Encoding.UTF8.GetBytes("""{"dynamicMetadata":""" + string.Concat(Enumerable.Repeat("""{"a":""", 5000))))).StatusCode);

    [Fact]
    public async Task Post_TooLarge_Is413() =>
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(new byte[5 * 1024 * 1024])).StatusCode);

    [Fact]
    public async Task Get_Is405() => Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.GetAsync("/bootstrap", _token)).StatusCode);

    [Theory]
    [InlineData("localhost:1234", "localhost", "STRICT_DNS")]
    [InlineData("[fd00::1]:1234", "fd00::1", "STATIC")]
    [InlineData("10.1.2.3", "10.1.2.3", "STATIC")]
    public async Task Post_Good_ConnectsEnvoyWhereTheRequestWent(string host, string address, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bootstrap")
        {
            Content = new StringContent(new JsonObject { ["mesh"] = "default", ["name"] = "web-1", ["dataplaneResource"] = Dataplane }.ToJsonString()),
        };
        request.Headers.Host = host;

        using var response = await _client.SendAsync(request, _token);

        var yaml = await response.Content.ReadAsStringAsync(_token);
        Assert.Equal("text/x-yaml", response.Content.Headers.ContentType!.ToString());
        var cluster = YamlTree.ReadAll(yaml)[0]!["staticResources"]!["clusters"]![1]!;
        var socket = cluster["loadAssignment"]!["endpoints"]![0]!["lbEndpoints"]![0]!["endpoint"]!["address"]!["socketAddress"]!;
        Assert.Equal((type, address), (cluster["type"]!.ToString(), socket["address"]!.ToString()));
        Assert.Equal(_client.BaseAddress!.Port, (int)socket["portValue"]!);
    }

    private Task<HttpResponseMessage> PostAsync(byte[] body) => _client.PostAsync("/bootstrap", new ByteArrayContent(body), _token);
}
