using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Fleet;

/// <summary>The resources of a fleet's mesh.</summary>
internal static class FleetResources
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    /// <summary>The mesh, its services and a Dataplane for each proxy.</summary>
    internal static IEnumerable<Resource> Of(FleetShape shape)
    {
        yield return Read("""{"type": "Mesh", "name": "default"}""");
        for (var i = 0; i < shape.Services; i++)
        {
            yield return Service(i);
        }

        for (var i = 0; i < shape.Proxies; i++)
        {
            yield return Dataplane(shape, i);
        }
    }

    /// <summary>A policy for all proxies of the mesh and all they call.</summary>
    internal static Resource Timeout(int seconds) => Read($$"""
        {"type": "MeshTimeout", "name": "for-all",
         "spec": {"targetRef": {"kind": "Mesh"}, "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "{{seconds}}s"} }]} }
        """);

    /// <summary>A policy for the proxies of one workload.</summary>
    internal static Resource TimeoutOf(int workload, int seconds) => Read($$"""
        {"type": "MeshTimeout", "name": "for-one",
         "spec": {"targetRef": {"kind": "Dataplane", "labels": {"kuma.io/workload": "w-{{workload}}"} },
                  "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "{{seconds}}s"} }]} }
        """);

    /// <summary>Name of a proxy.</summary>
    internal static string Proxy(int index) => $"proxy-{index}";

    /// <summary>A Dataplane; with <paramref name="port"/> its workload listens on another port, so its service has another endpoint.</summary>
    internal static Resource Dataplane(FleetShape shape, int index, int port = 8080)
    {
        var workload = index % shape.Shapes;
        var called = Enumerable.Range(0, shape.Called).Select(i => ((workload * 37) + (i * 7)) % shape.Services).Distinct().ToList();
        var outbounds = shape.IsRedirected
            ? "\"transparentProxying\": {\"redirectPortInbound\": 15006, \"redirectPortOutbound\": 15001, \"reachableBackends\": {\"refs\": ["
                + string.Join(',', called.Select(service => $"{{\"kind\": \"MeshService\", \"name\": \"s-{service}\"}}")) + "]}}"
            : "\"outbound\": [" + string.Join(',', called.Select(service =>
                $"{{\"port\": {10_001 + service}, \"backendRef\": {{\"kind\": \"MeshService\", \"name\": \"s-{service}\", \"port\": 8080}}}}")) + "]";
        return Read($$"""
            {"type": "Dataplane", "name": "{{Proxy(index)}}", "labels": {"kuma.io/workload": "w-{{workload}}"},
             "networking": {"address": "10.{{(index >> 16) & 255}}.{{(index >> 8) & 255}}.{{index & 255}}",
                            "inbound": [{"port": {{port}}, "name": "main", "protocol": "http"}], {{outbounds}} } }
            """);
    }

    private static Resource Service(int index) => Read($$"""
        {"type": "MeshService", "name": "s-{{index}}",
         "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "w-{{index}}"} } },
                  "ports": [{"name": "main", "port": 8080, "targetPort": "main", "appProtocol": "http"}]},
         "status": {"vips": [{"ip": "241.{{(index >> 16) & 255}}.{{(index >> 8) & 255}}.{{index & 255}}"}] } }
        """);

    private static Resource Read(string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        var descriptor = _catalog[document["type"]!.ToString()];
        var spec = descriptor.IsFlat ? document.DeepClone() : document["spec"]!.DeepClone();
        var name = document["name"]!.ToString();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ResourceLabels.DisplayName] = name,
            [ResourceLabels.Origin] = "zone",
            [ResourceLabels.Zone] = "default",
        };
        foreach (var (key, value) in document["labels"]?.AsObject() ?? [])
        {
            labels[key] = value!.ToString();
        }

        if (descriptor.IsFlat)
        {
            foreach (var key in new[] { "type", "name", "labels" })
            {
                spec.AsObject().Remove(key);
            }
        }

        return new Resource
        {
            Descriptor = descriptor,
            Name = name,
            Mesh = descriptor.Scope == ResourceScope.Mesh ? "default" : "",
            Labels = labels,
            Spec = JsonSerializer.Deserialize(spec, descriptor.SpecType, ModelJson.Options)!,
            Status = document["status"] is { } status ? JsonSerializer.Deserialize(status, descriptor.StatusType!, ModelJson.Options) : null,
        };
    }
}
