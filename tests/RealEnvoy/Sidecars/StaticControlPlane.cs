using System.Text;
using System.Text.Json.Nodes;
using Mesh.Testing.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.RealEnvoy.Sidecars;

/// <summary>
/// A control plane whose bootstraps hold the whole configuration: an HTTP listener that answers "ok", and the names of a mesh.
/// So a sidecar can be tried with nothing behind it.
/// </summary>
internal sealed class StaticControlPlane : IAsyncDisposable
{
    private const string Names = """{"records":[{"name":"web.mesh","ips":["241.0.0.1"]}],"ttl":30}""";
    private readonly WebApplication _server;

    private StaticControlPlane(WebApplication server, int port)
    {
        _server = server;
        Port = port;
    }

    /// <summary>Port of the HTTP listener.</summary>
    public int Port { get; }

    public Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The last request.</summary>
    public JsonNode? Request { get; private set; }

    public static async Task<StaticControlPlane> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var controlPlane = new StaticControlPlane(server, FreePorts.Next());
        server.MapPost("/bootstrap", async (HttpContext http) =>
        {
            controlPlane.Request = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            var bootstrap = Bootstrap(controlPlane.Request!["workdir"]!.ToString(), controlPlane.Port).ToJsonString();
            var answer = new JsonObject { ["bootstrap"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(bootstrap)) };
            await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
        });
        await server.StartAsync(cancellationToken);
        return controlPlane;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static JsonObject Bootstrap(string workDir, int port) => new()
    {
        ["admin"] = new JsonObject { ["address"] = Pipe($"{workDir}/kuma-envoy-admin.sock") },
        ["staticResources"] = new JsonObject
        {
            ["listeners"] = new JsonArray(
                Listener("web", new JsonObject { ["socketAddress"] = new JsonObject { ["address"] = "127.0.0.1", ["portValue"] = port } }, "/", "ok"),
                Listener("system_dynamicconfig", Pipe($"{workDir}/kuma-mesh-metric-config.sock"), "/dns", Names)),
        },
    };

    private static JsonObject Pipe(string path) => new() { ["pipe"] = new JsonObject { ["path"] = path } };

    private static JsonObject Listener(string name, JsonObject address, string prefix, string answer)
    {
        var listener = JsonNode.Parse($$"""
            {
              "name": "{{name}}",
              "filterChains": [{
                "filters": [{
                  "name": "envoy.filters.network.http_connection_manager",
                  "typedConfig": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                    "statPrefix": "{{name}}",
                    "httpFilters": [{
                      "name": "envoy.filters.http.router",
                      "typedConfig": { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" }
                    }],
                    "routeConfig": {
                      "virtualHosts": [{
                        "name": "{{name}}",
                        "domains": ["*"],
                        "routes": [{
                          "match": { "prefix": "{{prefix}}" },
                          "directResponse": { "status": 200, "body": { "inlineString": {{JsonValue.Create(answer).ToJsonString()}} } }
                        }]
                      }]
                    }
                  }
                }]
              }]
            }
            """)!.AsObject();
        listener["address"] = address;
        return listener;
    }
}
