using System.Text;
using System.Text.Json.Nodes;
using Mesh.Sidecar.Bootstrapping;
using Mesh.Sidecar.Envoys;
using Mesh.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Bootstrapping;

public sealed class BootstrapClientTests
{
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_ControlPlaneComesLate_IsAskedAgain()
    {
        var answers = new Queue<(int Status, string Body)>([(503, "not yet"), (404, ""), (200, Answer("admin: {}"))]);

        Assert.Equal("admin: {}", await FetchAsync(answers, TimeSpan.FromMinutes(1)));
        Assert.Empty(answers);
    }

    [Theory]
    [InlineData(422, "the dataplane token is refused")]
    [InlineData(400, "no certificate authority")]
    public async Task Fetch_Refused_SaysWhyAndStops(int status, string reason)
    {
        var answers = new Queue<(int Status, string Body)>([(status, reason + "\n"), (200, Answer("never asked for"))]);

        var fault = await Assert.ThrowsAsync<SidecarException>(() => FetchAsync(answers, TimeSpan.FromMinutes(1)));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Single(answers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"bootstrap": 1}""")]
    [InlineData("""{"bootstrap": "not base64!"}""")]
    public async Task Fetch_AnswerOfAnotherForm_IsRefused(string body) =>
        await Assert.ThrowsAsync<SidecarException>(() => FetchAsync(new([(200, body)]), TimeSpan.FromMinutes(1)));

    [Fact]
    public async Task Fetch_UnknownForTooLong_SaysWhatToDo()
    {
        var answers = new Queue<(int Status, string Body)>([(404, "")]);

        var fault = await Assert.ThrowsAsync<SidecarException>(() => FetchAsync(answers, TimeSpan.Zero));

        Assert.Contains("--dataplane-file", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rotated\n", "rotated")]
    [InlineData("", "first")]
    [InlineData(null, "first")]
    public async Task AnnounceLeaving_TokenFileChangedSinceTheStart_IsAnnouncedWithTheTokenOfNow(string? now, string expected)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("mesh-token").FullName, "token");
        if (now is not null)
        {
            await File.WriteAllTextAsync(file, now, _token);
        }

        Assert.Equal(expected, await LeaveAsync(new SidecarOptions { TokenFile = file }));
        Assert.Equal("given", await LeaveAsync(new SidecarOptions { TokenFile = file, Token = "given" }, first: "given"));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Build_Request_HasTheRecordedFields()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var recorded = JsonNode.Parse(File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", "bootstrap.jsonl")).First())!["request"]!["body"]!;

        var ours = BootstrapRequestBody.Build(new SidecarOptions { TokenFile = "/token" }, Facts("abc"));

        // The receiver of OpenTelemetry signals is not ours yet, hence not claimed.
        var missing = Paths(recorded).Where(path => !path.StartsWith(".otelEnv", StringComparison.Ordinal)).Except(Paths(ours));
        Assert.Empty(missing);
    }

    private static SidecarFacts Facts(string token) => new()
    {
        Mesh = "default",
        Name = "web-1",
        DataplaneText = "type: Dataplane",
        Token = token,
        WorkDir = "/tmp/x",
        EnvoyVersion = new EnvoyVersion("1.40.0", "x/1.40.0/Clean/RELEASE/BoringSSL"),
        DnsPort = 15053,
        ReadinessPort = 9902,
    };

    private static IEnumerable<string> Paths(JsonNode? node, string path = "") => node is JsonObject tree
        ? tree.SelectMany(property => Paths(property.Value, $"{path}.{property.Key}")).Append(path)
        : [path];

    private static string Answer(string bootstrap) =>
        new JsonObject { ["bootstrap"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(bootstrap)), ["kumaSidecarConfiguration"] = new JsonObject() }.ToJsonString();

    /// <summary>The token with which a sidecar announced its leaving.</summary>
    private static async Task<string?> LeaveAsync(SidecarOptions options, string first = "first")
    {
        JsonNode? said = null;
        await using var server = NewServer();
        server.MapPost("/drain", async (HttpContext http) => said = await JsonNode.ParseAsync(http.Request.Body));
        using var client = new BootstrapClient(options with { ControlPlane = await StartAsync(server) }, TimeProvider.System, NullLogger.Instance);
        await client.AnnounceLeavingAsync(Facts(first));
        return said?["dataplaneToken"]?.GetValue<string>();
    }

    private static WebApplication NewServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        return server;
    }

    private static async Task<Uri> StartAsync(WebApplication server)
    {
        await server.StartAsync(_token);
        return new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    private static async Task<string> FetchAsync(Queue<(int Status, string Body)> answers, TimeSpan patience)
    {
        await using var server = NewServer();
        server.MapPost("/bootstrap", async (HttpContext http) =>
        {
            var (status, body) = answers.Dequeue();
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body);
        });
        var options = new SidecarOptions
        {
            ControlPlane = await StartAsync(server),
            RetryBackoff = TimeSpan.FromMilliseconds(1),
            RetryMaxDuration = patience,
        };
        using var client = new BootstrapClient(options, TimeProvider.System, NullLogger.Instance);
        return await client.FetchAsync(new JsonObject(), _token);
    }
}
