using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Testing;

namespace Mesh.Conformance.Rest;

/// <summary>Replays recorded sessions of REST exchanges, each against a fresh control plane with the session's settings.</summary>
public sealed class RecordedRestConformance
{
    private const double LeastAgreeing = 0.90;
    private const double LeastAgreeingStatus = 0.98;

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
                await ReplayAsync(environment, [.. exchanges[name]], unstable, bodies, statuses);
            }
        }

        bodies.Print();
        statuses.Print();
        Assert.True(bodies.Rate >= LeastAgreeing, bodies.ToString());
        Assert.True(statuses.Rate >= LeastAgreeingStatus, statuses.ToString());
    }

    private static async Task ReplayAsync(
        Dictionary<string, string> environment, IReadOnlyList<RestExchange> exchanges, HashSet<string> unstable, ConformanceReport bodies, ConformanceReport statuses)
    {
        await using var controlPlane = await TestControlPlane.StartAsync(environment);
        using var client = TestControlPlane.Connect(controlPlane);
        var hasGaps = HasGaps(exchanges);
        foreach (var exchange in exchanges)
        {
            var (status, answer) = await TestControlPlane.SendAsync(client, exchange.ToMessage());
            if (!unstable.Contains(exchange.Id))
            {
                Judge(exchange, status, answer, hasGaps, bodies, statuses);
            }
        }
    }

    private static void Judge(RestExchange exchange, int status, JsonNode? answer, bool hasGaps, ConformanceReport bodies, ConformanceReport statuses)
    {
        var name = $"{exchange.Id} {exchange.Method} {exchange.Path}{(exchange.Query.Length > 0 ? "?" + exchange.Query : "")}";
        if (PurposefulDifferences.Reason(exchange, status, answer) is { } reason && (status != exchange.Status || RestComparison.Difference(exchange.Answer, answer) is not null))
        {
            statuses.PassOnPurpose(name, reason);
            bodies.PassOnPurpose(name, reason);
        }
        else if (hasGaps && BuildsOnMissing(exchange.Status, status))
        {
            bodies.NotJudged(name, $"expected {exchange.Status}, got {status}: an exchange before it is not in the recording");
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

    /// <summary>Some sessions hold every second exchange only: what the others wrote or deleted is not there, or still is.</summary>
    private static bool HasGaps(IReadOnlyList<RestExchange> exchanges)
    {
        var numbers = exchanges.Select(e => int.Parse(e.Id.AsSpan(e.Id.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return numbers.Count > 0 && numbers[^1] > numbers.Count;
    }

    private static bool BuildsOnMissing(int expected, int actual) =>
        (expected is 200 or 500 && actual == 404) || (expected == 404 && actual == 200) || (expected is 200 or 201 && actual is 200 or 201 && expected != actual);
}
