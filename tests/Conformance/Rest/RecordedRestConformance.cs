using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Mesh.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Conformance.Rest;

/// <summary>Replays recorded sessions of REST exchanges, each against a fresh control plane with the session's settings.</summary>
public sealed class RecordedRestConformance
{
    private const double LeastAgreeing = 0.90;
    private const double LeastAgreeingStatus = 0.98;

    private static readonly Dictionary<string, string> _anyPort = new()
    {
        ["apiServer.http.port"] = "0",
        ["apiServer.https.port"] = "0",
        ["dpServer.port"] = "0",
        ["dpServer.interface"] = "127.0.0.1",
        ["diagnostics.serverPort"] = "0",
        ["diagnostics.interface"] = "127.0.0.1",
    };

    [Fact]
    public async Task Exchanges_ReplayedInOrder_AgreeWithTheRecording()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var folder = Path.Combine(SharedFolder.Conformance!, "recorded");
        var unstable = JsonSerializer.Deserialize<HashSet<string>>(await File.ReadAllTextAsync(Path.Combine(folder, "rest-unstable.json")))!;
        var sessions = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "rest-sessions.json")))!.AsArray();
        var exchanges = File.ReadLines(Path.Combine(folder, "rest.jsonl")).Where(l => l.Length > 0).Select(RestExchange.Parse).ToLookup(e => e.Session);

        var bodies = new ConformanceReport("rest-recorded");
        var statuses = new ConformanceReport("rest-recorded-status");
        foreach (var session in sessions)
        {
            var name = session!["session"]!.GetValue<string>();
            if (exchanges[name].Any())
            {
                var environment = session["env"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<string>());
                await ReplayAsync(environment, exchanges[name], unstable, bodies, statuses);
            }
        }

        bodies.Print();
        statuses.Print();
        Assert.True(bodies.Rate >= LeastAgreeing, bodies.ToString());
        Assert.True(statuses.Rate >= LeastAgreeingStatus, statuses.ToString());
    }

    private static async Task ReplayAsync(
        Dictionary<string, string> environment, IEnumerable<RestExchange> exchanges, HashSet<string> unstable, ConformanceReport bodies, ConformanceReport statuses)
    {
        var settings = SettingsLoader.Load(new SettingsSources { Environment = environment, Flags = _anyPort }).Settings;
        await using var controlPlane = await ControlPlane.StartAsync(settings, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var client = new HttpClient(handler) { BaseAddress = controlPlane.Addresses.Http };
        foreach (var exchange in exchanges)
        {
            using var request = exchange.ToMessage();
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (!unstable.Contains(exchange.Id))
            {
                Judge(exchange, (int)response.StatusCode, Parse(text), bodies, statuses);
            }
        }
    }

    private static void Judge(RestExchange exchange, int status, JsonNode? answer, ConformanceReport bodies, ConformanceReport statuses)
    {
        var name = $"{exchange.Id} {exchange.Method} {exchange.Path}{(exchange.Query.Length > 0 ? "?" + exchange.Query : "")}";
        if (PurposefulDifferences.Reason(exchange, status, answer) is { } reason && (status != exchange.Status || RestComparison.Difference(exchange.Answer, answer) is not null))
        {
            statuses.PassOnPurpose(name, reason);
            bodies.PassOnPurpose(name, reason);
        }
        else if (status != exchange.Status)
        {
            statuses.Fail(name, $"expected {exchange.Status}, got {status}");
            bodies.Fail(name, $"expected {exchange.Status}, got {status}: {answer?.ToJsonString()}");
        }
        else
        {
            statuses.Pass(name);
            if (RestComparison.Difference(exchange.Answer, answer) is { } difference)
            {
                bodies.Fail(name, difference);
            }
            else
            {
                bodies.Pass(name);
            }
        }
    }

    private static JsonNode? Parse(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text.TrimEnd('\n'));
        }
    }
}
