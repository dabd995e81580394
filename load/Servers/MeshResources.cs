using System.Text;
using System.Text.Json.Nodes;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>
/// The resources of a mesh in which each proxy serves one service and calls all of them, written through the REST API.
/// Services come from the proxies' workloads, as they do for users.
/// </summary>
internal sealed class MeshResources(int port, Scenario scenario) : IDisposable
{
    /// <summary>The mesh of all proxies.</summary>
    public const string Mesh = "default";

    private const int ServicePort = 8080;
    private const int FirstOutboundPort = 10_000;
    private const int Writers = 8;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    private int _changes;

    /// <summary>Name of a proxy by number.</summary>
    public static string ProxyName(int envoy) => $"proxy-{envoy}";

    /// <summary>Writes all of them.</summary>
    public async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        await PutAsync($"/meshes/{Mesh}", new JsonObject { ["type"] = "Mesh", ["name"] = Mesh }, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, scenario.Fleet.Proxies, options, async (i, cancel) =>
            await PutDataplaneAsync(ProxyName(i), i, Address(10, i), hasOutbounds: true, cancel));

        // An instance of the first service that no Envoy stands behind: its address is what changes.
        await ChangeEndpointAsync(cancellationToken);
        await ApplyPolicyAsync(all: true, seconds: 5, cancellationToken);
    }

    /// <summary>Changes what a step says.</summary>
    public Task ChangeAsync(StepSpec change, CancellationToken cancellationToken) => change.Kind switch
    {
        "eds" => ChangeEndpointAsync(cancellationToken),
        "policy" => ApplyPolicyAsync(change.Count == 0, 6 + (_changes++ % 50), cancellationToken),
        "same" => ApplyPolicyAsync(all: true, 5, cancellationToken),
        var kind => throw new ScenarioException([$"steps: kind {kind} cannot be changed in a mesh: eds, policy or same"]),
    };

    public void Dispose() => _client.Dispose();

    private Task ChangeEndpointAsync(CancellationToken cancellationToken) =>
        PutDataplaneAsync("spare", 0, Address(172, ++_changes), hasOutbounds: false, cancellationToken);

    private Task PutDataplaneAsync(string name, int number, string address, bool hasOutbounds, CancellationToken cancellationToken)
    {
        var service = $"svc-{number % scenario.Resources.Services}";
        var networking = new JsonObject
        {
            ["address"] = address,
            ["inbound"] = new JsonArray(new JsonObject { ["port"] = ServicePort, ["name"] = "main", ["protocol"] = "http" }),
        };
        if (hasOutbounds)
        {
            networking["outbound"] = new JsonArray([.. Enumerable.Range(0, scenario.Resources.Services).Select(Outbound)]);
        }

        var dataplane = new JsonObject
        {
            ["type"] = "Dataplane",
            ["mesh"] = Mesh,
            ["name"] = name,
            ["labels"] = new JsonObject { ["kuma.io/workload"] = service, ["proxy"] = name },
            ["networking"] = networking,
        };
        return PutAsync($"/meshes/{Mesh}/dataplanes/{name}", dataplane, cancellationToken);
    }

    private static JsonObject Outbound(int service) => new()
    {
        ["port"] = FirstOutboundPort + service,
        ["backendRef"] = new JsonObject { ["kind"] = "MeshService", ["name"] = $"svc-{service}", ["port"] = ServicePort },
    };

    private Task ApplyPolicyAsync(bool all, int seconds, CancellationToken cancellationToken)
    {
        var name = all ? "for-all" : "for-one";
        var labels = new JsonObject();
        if (!all)
        {
            labels["proxy"] = ProxyName(0);
        }

        var policy = new JsonObject
        {
            ["type"] = "MeshTimeout",
            ["mesh"] = Mesh,
            ["name"] = name,
            ["spec"] = new JsonObject
            {
                ["targetRef"] = new JsonObject { ["kind"] = "Dataplane", ["labels"] = labels },
                ["to"] = new JsonArray(new JsonObject
                {
                    ["targetRef"] = new JsonObject { ["kind"] = "Mesh" },
                    ["default"] = new JsonObject { ["connectionTimeout"] = $"{seconds}s" },
                }),
            },
        };
        if (all)
        {
            ((JsonObject)policy["spec"]!).Remove("targetRef");
        }

        return PutAsync($"/meshes/{Mesh}/meshtimeouts/{name}", policy, cancellationToken);
    }

    private async Task PutAsync(string path, JsonObject resource, CancellationToken cancellationToken)
    {
        using var content = new StringContent(resource.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client.PutAsync(path, content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"PUT {path}: {response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private static string Address(int first, int number) => $"{first}.{16 + (number >> 16)}.{(number >> 8) & 0xFF}.{number & 0xFF}";
}
