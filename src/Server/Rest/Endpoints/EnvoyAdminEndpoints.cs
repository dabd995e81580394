using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>xds</c>, <c>stats</c> and <c>clusters</c> of a proxy, asked of its Envoy; in Global through its zone.</summary>
internal sealed class EnvoyAdminEndpoints(RestServices services, IProxyAdmin proxies)
{
    private const string Title = "Could not execute admin operation";
    private const string Root = "/meshes/{mesh}/dataplanes/{name}";

    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute(Root + "/xds", r => AskAsync(r, services.Access.DemandConfigDump, ConfigDump(r))) { Produces = null });
        router.Map("GET", new RestRoute(Root + "/stats", r => AskAsync(r, services.Access.DemandStats, Stats(r))) { Produces = null });
        router.Map("GET", new RestRoute(Root + "/clusters", r => AskAsync(r, services.Access.DemandClusters, Clusters(r))) { Produces = null });
        router.Map("GET", new RestRoute(Root + "/{inspection}", _ => throw RestException.NotFound(Title)));
    }

    private async ValueTask AskAsync(RestRequest request, Action<Caller> demand, ProxyQuestion question)
    {
        demand(request.Caller);
        var key = new ResourceKey(DataplaneKind.Name, request["mesh"], request["name"]);
        var dataplane = await services.Store.GetAsync(key, request.Aborted) ?? throw RestException.NotFound(Title);
        ReadOnlyMemory<byte> answer;
        JsonNode? json = null;
        try
        {
            answer = await proxies.AskAsync(dataplane, question, request.Aborted);
            json = question.IsJson ? JsonNode.Parse(answer.Span) : null;
        }
        catch (EnvoyAdminException e)
        {
            throw new RestException(409, Title, e.Message);
        }
        catch (JsonException e)
        {
            throw new RestException(409, Title, "the answer is not JSON: " + e.Message);
        }

        if (question.IsJson)
        {
            await request.RespondAsync(200, writer => JsonSerializer.Serialize(writer, json));
        }
        else
        {
            await request.RespondTextAsync(200, Encoding.UTF8.GetString(answer.Span));
        }
    }

    private static ProxyQuestion ConfigDump(RestRequest request) =>
        new(ProxyQuestionKind.ConfigDump, IncludeEds: request.Query("include_eds") == "true");

    private static ProxyQuestion Stats(RestRequest request) =>
        new(ProxyQuestionKind.Stats, AsJson: request.Query("format") == "json", UsedOnly: request.Query("usedonly") is "true" or "");

    private static ProxyQuestion Clusters(RestRequest request) =>
        new(ProxyQuestionKind.Clusters, AsJson: request.Query("format") == "json");
}
