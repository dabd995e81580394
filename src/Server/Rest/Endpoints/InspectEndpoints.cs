using System.Text.Json;
using Mesh.Model.Text;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Inspect;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Rest.Routing;
using Mesh.Zone.Inspect;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>What policies amount to for one proxy: <c>_rules</c>, <c>_policies</c>, <c>_layout</c> and their parts.</summary>
internal sealed class InspectEndpoints(RestServices services, MeshInspectors inspectors)
{
    private const string Root = "/meshes/{mesh}/dataplanes/{name}";
    private const string Title = "Could not retrieve Dataplane";

    public void Map(RestRouter router)
    {
        Map(router, "/_rules", (proxy, _) => proxy.Rules());
        Map(router, "/_policies", (proxy, _) => proxy.Policies());
        Map(router, "/policies", (proxy, _) => proxy.Matched());
        Map(router, "/_layout", (proxy, _) => proxy.Layout());
        Map(router, "/_inbounds/{kri}/_policies", (proxy, request) => proxy.InboundPolicies(KriText.Parse(request["kri"])));
        Map(router, "/_outbounds/{kri}/_policies", (proxy, request) => proxy.OutboundPolicies(KriText.Parse(request["kri"])));
        Map(router, "/_outbounds/{kri}/_routes", (proxy, request) => proxy.OutboundRoutes(KriText.Parse(request["kri"])));
        Map(
            router,
            "/_outbounds/{kri}/_routes/{route}/_policies",
            (proxy, request) => proxy.RoutePolicies(KriText.Parse(request["kri"]), KriText.Parse(request["route"])));
    }

    private void Map(RestRouter router, string path, Func<ProxyInspector, RestRequest, object?> ask) =>
        router.Map("GET", new RestRoute(Root + path, request => AnswerAsync(request, ask)));

    private async ValueTask AnswerAsync(RestRequest request, Func<ProxyInspector, RestRequest, object?> ask)
    {
        await services.DemandMeshAsync(request);
        var mesh = await inspectors.GetAsync(request["mesh"], request.Aborted);
        var proxy = mesh.Find(request["name"]) ?? throw RestException.NotFound(Title);
        var answer = ask(proxy, request) ?? throw RestException.NotFound(Title);
        await request.RespondAsync(200, json => JsonSerializer.Serialize(json, answer, answer.GetType(), ModelJson.Options));
    }
}
