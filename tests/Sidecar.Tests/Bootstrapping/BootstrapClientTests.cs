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

    [Fact]
    public void Build_Request_HasTheRecordedFields()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var recorded = JsonNode.Parse(File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", "bootstrap.jsonl")).First())!["request"]!["body"]!;
        var facts = new SidecarFacts
        {
            Mesh = "default",
            Name = "web-1",
            DataplaneText = "type: Dataplane",
            Token = "abc",
            WorkDir = "/tmp/x",
            EnvoyVersion = new EnvoyVersion("1.40.0", "x/1.40.0/Clean/RELEASE/BoringSSL"),
            DnsPort = 15053,
            ReadinessPort = 9902,
        };

        var ours = BootstrapRequestBody.Build(new SidecarOptions { TokenFile = "/token" }, facts);

        // The receiver of OpenTelemetry signals is not ours yet, hence not claimed.
        var missing = Paths(recorded).Where(path => !path.StartsWith(".otelEnv", StringComparison.Ordinal)).Except(Paths(ours));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Paths(JsonNode? node, string path = "") => node is JsonObject tree
        ? tree.SelectMany(property => Paths(property.Value, $"{path}.{property.Key}")).Append(path)
        : [path];

    private static string Answer(string bootstrap) =>
        new JsonObject { ["bootstrap"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(bootstrap)), ["kumaSidecarConfiguration"] = new JsonObject() }.ToJsonString();

    private static async Task<string> FetchAsync(Queue<(int Status, string Body)> answers, TimeSpan patience)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapPost("/bootstrap", async (HttpContext http) =>
        {
            var (status, body) = answers.Dequeue();
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body);
        });
        await server.StartAsync(_token);
        var options = new SidecarOptions
        {
            ControlPlane = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
            RetryBackoff = TimeSpan.FromMilliseconds(1),
            RetryMaxDuration = patience,
        };
        using var client = new BootstrapClient(options, TimeProvider.System, NullLogger.Instance);
        return await client.FetchAsync(new JsonObject(), _token);
    }
}
