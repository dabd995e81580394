using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;
using Mesh.Zone.Ingest;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>xds</c>, <c>stats</c> and <c>clusters</c> of a proxy, asked of its Envoy.</summary>
internal sealed class EnvoyAdminEndpoints(RestServices services, ConnectedProxies proxies, EnvoyAdminClient envoys)
{
    private const string Title = "Could not execute admin operation";
    private const string Root = "/meshes/{mesh}/dataplanes/{name}";

    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute(Root + "/xds", r => AskAsync(r, services.Access.DemandConfigDump, XdsPath(r))) { Produces = null });
        router.Map("GET", new RestRoute(Root + "/stats", r => AskAsync(r, services.Access.DemandStats, StatsPath(r))) { Produces = null });
        router.Map("GET", new RestRoute(Root + "/clusters", r => AskAsync(r, services.Access.DemandClusters, ClustersPath(r))) { Produces = null });
        router.Map("GET", new RestRoute(Root + "/{inspection}", _ => throw RestException.NotFound(Title)));
    }

    private async ValueTask AskAsync(RestRequest request, Action<Caller> demand, string path)
    {
        demand(request.Caller);
        var key = new ResourceKey(DataplaneKind.Name, request["mesh"], request["name"]);
        var dataplane = await services.Store.GetAsync(key, request.Aborted) ?? throw RestException.NotFound(Title);
        var metadata = proxies.Find(new ProxyKey(request["mesh"], request["name"]))
            ?? throw new RestException(409, Title, "the proxy is not connected to this control plane");
        var port = dataplane.SpecAs<DataplaneSpec>().Networking?.Admin?.Port is { } named and > 0 ? named : metadata.AdminPort;
        string answer;
        try
        {
            answer = port > 0 ? await envoys.GetAsync(dataplane, port, path, request.Aborted)
                : throw new EnvoyAdminException("the proxy exposes no admin interface");
        }
        catch (EnvoyAdminException e)
        {
            throw new RestException(409, Title, e.Message);
        }

        if (IsJson(path))
        {
            await request.RespondAsync(200, json => JsonSerializer.Serialize(json, JsonNode.Parse(answer)));
        }
        else
        {
            await request.RespondTextAsync(200, answer);
        }
    }

    private static bool IsJson(string path) =>
        path.StartsWith("/config_dump", StringComparison.Ordinal) || path.Contains("format=json", StringComparison.Ordinal);

    private static string XdsPath(RestRequest request) => request.Query("include_eds") == "true" ? "/config_dump?include_eds" : "/config_dump";

    private static string StatsPath(RestRequest request) => Path(
        "/stats", request.Query("usedonly") is "true" or "" ? "usedonly" : null, request.Query("format") == "json" ? "format=json" : null);

    private static string ClustersPath(RestRequest request) => Path("/clusters", request.Query("format") == "json" ? "format=json" : null);

    private static string Path(string path, params string?[] parameters)
    {
        var query = string.Join('&', parameters.OfType<string>());
        return query.Length > 0 ? $"{path}?{query}" : path;
    }
}
