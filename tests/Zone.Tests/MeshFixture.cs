using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Engine;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies;
using Mesh.Policies.Core;
using Mesh.Stores.Memory;
using Mesh.Zone.Ingest;
using Mesh.Zone.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Zone.Tests;

/// <summary>A pipeline over a store in memory, filled from JSON.</summary>
internal sealed class MeshFixture : IAsyncDisposable
{
    private long _connections;

    internal MeshFixture(PolicyCatalog? catalog = null, IWorkloadSecrets? secrets = null, ILogger<ZonePipeline>? logger = null) =>
        Pipeline = new ZonePipeline(
            Store,
            Engine,
            new ZonePipelineOptions { Workers = 2 },
            secrets,
            null,
            logger ?? NullLogger<ZonePipeline>.Instance,
            TimeProvider.System,
            catalog);

    internal MemoryStore Store { get; } = new(TimeProvider.System);

    internal ResourceEngine Engine { get; } = new();

    internal ZonePipeline Pipeline { get; }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Store.DisposeAsync();
    }

    internal static Resource Read(string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        var descriptor = MeshCatalog.Create()[document["type"]!.ToString()];
        var spec = descriptor.IsFlat ? document.DeepClone() : document["spec"]?.DeepClone() ?? new JsonObject();
        if (descriptor.IsFlat)
        {
            foreach (var key in new[] { "type", "name", "mesh", "labels" })
            {
                spec.AsObject().Remove(key);
            }
        }

        var name = document["name"]!.ToString();
        var mesh = descriptor.Scope == ResourceScope.Mesh ? document["mesh"]?.ToString() ?? "default" : "";
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (mesh.Length > 0)
        {
            labels[ResourceLabels.DisplayName] = name;
            labels[ResourceLabels.Origin] = "zone";
            labels[ResourceLabels.Zone] = "default";
        }

        foreach (var (key, value) in document["labels"]?.AsObject() ?? [])
        {
            labels[key] = value!.ToString();
        }

        return new Resource
        {
            Descriptor = descriptor,
            Name = name,
            Mesh = mesh,
            Labels = labels,
            Spec = JsonSerializer.Deserialize(spec, descriptor.SpecType, ModelJson.Options)!,
            Status = document["status"] is { } status ? JsonSerializer.Deserialize(status, descriptor.StatusType!, ModelJson.Options) : null,
        };
    }

    internal async Task PutAsync(params string[] documents)
    {
        foreach (var resource in documents.Select(Read))
        {
            if (await Store.GetAsync(resource.Key) is { } stored)
            {
                await Store.UpdateAsync(resource with { Version = stored.Version });
            }
            else
            {
                await Store.CreateAsync(resource);
            }
        }
    }

    internal long Connect(string name, ProxyMetadata? metadata = null, string mesh = "default")
    {
        Pipeline.Connect(new ProxyConnection(new ProxyKey(mesh, name), metadata ?? Sidecar, ++_connections));
        return _connections;
    }

    /// <summary>Metadata of a plain sidecar.</summary>
    internal static ProxyMetadata Sidecar { get; } = new() { AdminPort = 9901, ReadinessPort = 9902 };

    internal static string Dataplane(string name, string workload, int index, string more = "") => $$$"""
        {"type": "Dataplane", "name": "{{{name}}}", "labels": {"kuma.io/workload": "{{{workload}}}"},
         "networking": {"address": "10.0.0.{{{index}}}", "inbound": [{"port": 8080, "name": "main", "protocol": "http"}]{{{more}}} } }
        """;

    internal static string Calling(params string[] services) => ", \"outbound\": [" + string.Join(
        ", ",
        services.Select((service, index) => $$$"""{"port": {{{10001 + index}}}, "backendRef": {"kind": "MeshService", "name": "{{{service}}}", "port": 8080} }""")) + "]";

    internal static string Service(string workload, int connected = 0) => $$$"""
        {"type": "MeshService", "name": "{{{workload}}}",
         "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "{{{workload}}}"} } },
                  "ports": [{"name": "main", "port": 8080, "targetPort": 8080, "appProtocol": "http"}]},
         "status": {"vips": [{"ip": "241.0.0.1"}], "dataplaneProxies": {"connected": {{{connected}}} } } }
        """;

    /// <summary>Waits until a condition holds after some round.</summary>
    internal async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Pipeline.WhenIdleAsync();
            await Task.Yield();
        }
    }

    /// <summary>Writes a resource of a kind that touches nobody and waits until it is seen: all earlier writes are then worked in.</summary>
    internal async Task SettleAsync()
    {
        var name = $"marker-{Guid.NewGuid():N}";
        await PutAsync($$"""{"type": "MeshZoneAddress", "name": "{{name}}", "spec": {"address": "10.9.9.9", "port": 1} }""");
        await UntilAsync(() => Pipeline.FindView("default")?.Find("MeshZoneAddress", name) is not null);
        await Pipeline.WhenIdleAsync();
    }

    internal JsonObject Config(string name, string mesh = "default") => Pipeline.GetConfig(new ProxyKey(mesh, name))!["xds"]!.AsObject();

    internal IEnumerable<string> Names(string name, string type) =>
        Config(name).FirstOrDefault(pair => pair.Key.EndsWith(type, StringComparison.Ordinal)).Value?.AsObject().Select(pair => pair.Key) ?? [];
}
