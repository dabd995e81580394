using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mesh.Load.Responses;
using Mesh.Model.Text;

namespace Mesh.Load.Scenarios;

/// <summary>Reads scenarios.</summary>
internal static class ScenarioReader
{
    private const int MaxOpenFiles = 19_500;

    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a scenario.</summary>
    /// <param name="yaml">Its text.</param>
    /// <param name="overrides">Values in place of those in the text: PATH=VALUE, for example <c>fleet.proxies=100</c>.</param>
    /// <exception cref="ScenarioException">It cannot be run.</exception>
    public static Scenario Read(string yaml, IEnumerable<string>? overrides = null)
    {
        try
        {
            if (YamlTree.ReadAll(yaml) is not [JsonObject root])
            {
                throw new ScenarioException(["a scenario is one YAML mapping"]);
            }

            foreach (var setting in overrides ?? [])
            {
                Override(root, setting);
            }

            var scenario = root.Deserialize<Scenario>(_options)!;
            var violations = Violations(scenario).ToList();
            return violations.Count == 0 ? scenario : throw new ScenarioException(violations);
        }
        catch (YamlFormatException e)
        {
            throw new ScenarioException([e.Message]);
        }
        catch (JsonException e)
        {
            throw new ScenarioException([$"{e.Path}: {e.Message}"]);
        }
    }

    private static void Override(JsonObject root, string setting)
    {
        var separator = setting.IndexOf('=', StringComparison.Ordinal);
        if (separator <= 0 || YamlTree.ReadAll(setting[(separator + 1)..]) is not [{ } value])
        {
            throw new ScenarioException([$"{setting}: write PATH=VALUE"]);
        }

        JsonNode? node = root;
        var path = setting[..separator].Split('.');
        foreach (var part in path[..^1])
        {
            node = node switch
            {
                JsonObject map => map[part] ??= new JsonObject(),
                JsonArray list when int.TryParse(part, out var index) && index < list.Count => list[index],
                _ => throw new ScenarioException([$"{setting}: there is no such path"]),
            };
        }

        switch (node)
        {
            case JsonObject map:
                map[path[^1]] = value.DeepClone();
                break;
            case JsonArray list when int.TryParse(path[^1], out var index) && index < list.Count:
                list[index] = value.DeepClone();
                break;
            default:
                throw new ScenarioException([$"{setting}: there is no such path"]);
        }
    }

    private static IEnumerable<string> Violations(Scenario scenario)
    {
        var fleet = scenario.Fleet;
        var checks = new List<(bool Holds, string Message)>
        {
            (scenario.Name.Length > 0 && scenario.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "name: letters, digits and dashes"),
            (scenario.Servers.Count > 0, "servers: at least one"),
            (scenario.Servers.Select(s => s.Label).Distinct().Count() == scenario.Servers.Count, "servers: two have the same name"),
            (scenario.Steps.Count > 0 && scenario.Steps[0].Do == StepKind.Connect, "steps[0].do: must be connect"),
            (fleet.Proxies > 0 || scenario.Zones is not null, "fleet.proxies: at least 1"),
            (scenario.Zones is null or { Count: >= 1, Services: >= 1, Dataplanes: >= 0 }, "zones: count and services at least 1, dataplanes not negative"),
            (scenario.Servers.All(s => s.Kind == ServerKind.Global == scenario.Zones is not null), "servers: zones need kind global, and global needs zones"),
            (fleet.StreamsPerConnection is >= 1 and <= 1000, "fleet.streamsPerConnection: 1 to 1000"),
            (fleet.Proxies <= (long)MaxOpenFiles * Math.Max(1, fleet.StreamsPerConnection),
                $"fleet.proxies: more than {MaxOpenFiles} connections cannot be open in one process; use streamsPerConnection"),
            (fleet.Protocol is "delta" or "sotw", "fleet.protocol: delta or sotw"),
            (fleet.RejectEvery >= 0, "fleet.rejectEvery: not negative"),
            (fleet.MaxConnecting >= 1, "fleet.maxConnecting: at least 1"),
            (scenario.Resources.Services is >= 1 and <= 100_000, "resources.services: 1 to 100000"),
            (scenario.Resources.Endpoints is >= 1 and <= 10_000, "resources.endpoints: 1 to 10000"),
        };
        checks.AddRange(scenario.Servers.Select((s, i) =>
            (s.Kind != ServerKind.Address || Uri.TryCreate("tcp://" + s.Address, UriKind.Absolute, out var uri) && uri.Port > 0, $"servers[{i}].address: HOST:PORT")));
        checks.AddRange(scenario.Servers.Select((s, i) => (s.Cache is "linear" or "snapshot", $"servers[{i}].cache: linear or snapshot")));
        checks.AddRange(scenario.Steps.Select((s, i) =>
            (s.Do != StepKind.Restart || scenario.Servers.All(server => server.Kind == ServerKind.Mesh), $"steps[{i}].do: restart needs servers of kind mesh")));
        checks.AddRange(scenario.Steps.SelectMany((s, i) => StepChecks(s, $"steps[{i}]")));
        checks.AddRange(scenario.Targets.SelectMany((t, i) => TargetChecks(t, $"targets[{i}]", scenario)));
        return checks.Where(check => !check.Holds).Select(check => check.Message);
    }

    private static IEnumerable<(bool Holds, string Message)> StepChecks(StepSpec step, string path) =>
    [
        (XdsKind.Find(step.Kind) is not null || step.Kind is "policy" or "same" or "service" or "dataplane", $"{path}.kind: cds, eds, lds, rds, policy, same, service or dataplane"),
        (step.Count >= 0, $"{path}.count: not negative"),
        (step.Rounds >= 1, $"{path}.rounds: at least 1"),
        (step.WarmUp >= 0, $"{path}.warmUp: not negative"),
        (step.Seconds >= 1, $"{path}.seconds: at least 1"),
        (step.Rate >= 1, $"{path}.rate: at least 1"),
        (step.Share is >= 1 and <= 100, $"{path}.share: 1 to 100"),
        (step.OneOf >= 0, $"{path}.oneOf: not negative"),
        (step.Patience >= 1, $"{path}.patience: at least 1"),
    ];

    private static IEnumerable<(bool Holds, string Message)> TargetChecks(TargetSpec target, string path, Scenario scenario) =>
    [
        (scenario.Steps.Any(step => target.Metric.StartsWith(step.Label + ".", StringComparison.Ordinal)), $"{path}.metric: STEP.METRIC of a step"),
        (target.Of is "" or "floor" || scenario.Servers.Any(server => server.Label == target.Of) || scenario.Steps.Any(step => step.Label == target.Of),
            $"{path}.of: floor, a server or a step"),
    ];
}
