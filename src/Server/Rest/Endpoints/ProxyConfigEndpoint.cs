using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;
using Mesh.Zone.Ingest;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>_config</c>: what a proxy is configured with now.</summary>
internal sealed class ProxyConfigEndpoint(RestServices services)
{
    private const string Title = "Failed to fetch dataplane insight";

    public void Map(RestRouter router) => router.Map("GET", new RestRoute("/meshes/{mesh}/dataplanes/{name}/_config", GetAsync));

    private async ValueTask GetAsync(RestRequest request)
    {
        services.Access.DemandConfigDump(request.Caller);
        if (request.Query("shadow") is not (null or "" or "true" or "false"))
        {
            throw RestException.BadRequest("unsupported value for query parameter 'shadow'");
        }

        if (request.Query("include") is { Length: > 0 } include && include != "diff")
        {
            throw RestException.BadRequest("unsupported value for query parameter 'include'");
        }

        await services.DemandMeshAsync(request);
        var key = new ResourceKey(DataplaneInsightKind.Name, request["mesh"], request["name"]);
        var config = services.Pipeline.GetConfig(new ProxyKey(request["mesh"], request["name"]));
        if (config is null && await services.Store.GetAsync(key, request.Aborted) is null)
        {
            throw RestException.NotFound(Title);
        }

        config ??= new JsonObject { ["xds"] = new JsonObject() };
        if (request.Query("include") == "diff")
        {
            config["diff"] = new JsonArray();
        }

        await request.RespondAsync(200, json => JsonSerializer.Serialize(json, config, ModelJson.Options));
    }
}
