using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Text;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>_config</c>: what a proxy is configured with now; in Global as its zone computed it.</summary>
internal sealed class ProxyConfigEndpoint(RestServices services, IProxyAdmin proxies)
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
        JsonObject config;
        try
        {
            config = await proxies.ConfigAsync(request["mesh"], request["name"], request.Aborted) ?? throw RestException.NotFound(Title);
        }
        catch (EnvoyAdminException e)
        {
            throw new RestException(409, Title, e.Message);
        }

        if (request.Query("include") == "diff")
        {
            config["diff"] = new JsonArray();
        }

        await request.RespondAsync(200, json => JsonSerializer.Serialize(json, config, ModelJson.Options));
    }
}
