using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Inspect;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>What policies amount to for one proxy: <c>_rules</c>, <c>_policies</c>, <c>_layout</c> and their parts.</summary>
internal sealed class InspectEndpoints(RestServices services, PolicyPictures pictures)
{
    private const string Root = "/meshes/{mesh}/dataplanes/{name}";
    private const string Title = "Could not retrieve Dataplane";

    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute(Root + "/_rules", RulesAsync));
        router.Map("GET", new RestRoute(Root + "/_policies", ProxyPoliciesAsync));
        router.Map("GET", new RestRoute(Root + "/policies", MatchedPoliciesAsync));
        router.Map("GET", new RestRoute(Root + "/_layout", LayoutAsync));
        router.Map("GET", new RestRoute(Root + "/_inbounds/{kri}/_policies", InboundPoliciesAsync));
        router.Map("GET", new RestRoute(Root + "/_outbounds/{kri}/_policies", OutboundPoliciesAsync));
        router.Map("GET", new RestRoute(Root + "/_outbounds/{kri}/_routes", RoutesAsync));
        router.Map("GET", new RestRoute(Root + "/_outbounds/{kri}/_routes/{route}/_policies", RoutePoliciesAsync));
    }

    private async ValueTask RulesAsync(RestRequest request)
    {
        var (dataplane, picture) = await FindAsync(request);
        await request.RespondAsync(200, json => RulesWriter.Write(json, dataplane, picture.Policies.Match(dataplane)));
    }

    private async ValueTask ProxyPoliciesAsync(RestRequest request)
    {
        var (dataplane, picture) = await FindAsync(request);
        await request.RespondAsync(200, json => ConfWriter.WriteProxy(json, picture.Policies.Match(dataplane)));
    }

    private async ValueTask LayoutAsync(RestRequest request)
    {
        var (dataplane, picture) = await FindAsync(request);
        var spiffeId = ProxyIdentity.SpiffeIdOf(dataplane, picture.Resources, services.Settings.Multizone.Zone.Name);
        await request.RespondAsync(200, json => LayoutWriter.Write(json, dataplane, picture, spiffeId));
    }

    private async ValueTask InboundPoliciesAsync(RestRequest request)
    {
        var kri = KriText.Parse(request["kri"]);
        var (dataplane, picture) = await FindAsync(request);
        var section = ProxySection.Of(dataplane).FirstOrDefault(s => s.IsNamed(kri.Section)) ?? throw RestException.NotFound(Title);
        await request.RespondAsync(200, json => ConfWriter.WriteInbound(json, picture.Policies.Match(dataplane), section.Key));
    }

    private async ValueTask OutboundPoliciesAsync(RestRequest request)
    {
        var kri = KriText.Parse(request["kri"]);
        var (dataplane, picture) = await FindAsync(request);
        await request.RespondAsync(
            200, json => ConfWriter.WriteOutbound(json, picture.Policies.Match(dataplane), [.. Chain(kri), .. MeshOf(picture)]));
    }

    private async ValueTask RoutesAsync(RestRequest request)
    {
        var kri = KriText.Parse(request["kri"]);
        var (dataplane, picture) = await FindAsync(request);
        await request.RespondAsync(200, json => ConfWriter.WriteRoutes(json, picture.Policies.Match(dataplane), [.. Chain(kri)]));
    }

    private async ValueTask RoutePoliciesAsync(RestRequest request)
    {
        var outbound = KriText.Parse(request["kri"]);
        var route = KriText.Parse(request["route"]);
        var (dataplane, picture) = await FindAsync(request);
        await request.RespondAsync(
            200,
            json => ConfWriter.WriteOutbound(json, picture.Policies.Match(dataplane), [.. Chain(route), .. Chain(outbound), .. MeshOf(picture)]));
    }

    /// <summary>The names of policies that select a proxy, in the form of the contract's earlier version.</summary>
    private async ValueTask MatchedPoliciesAsync(RestRequest request)
    {
        var (dataplane, picture) = await FindAsync(request);
        var matched = picture.Policies.Match(dataplane);
        await request.RespondAsync(200, json => MatchedPoliciesWriter.Write(json, matched));
    }

    private async ValueTask<(Resource Dataplane, PolicyPicture Picture)> FindAsync(RestRequest request)
    {
        await services.DemandMeshAsync(request);
        var key = new ResourceKey(DataplaneKind.Name, request["mesh"], request["name"]);
        var dataplane = await services.Store.GetAsync(key, request.Aborted) ?? throw RestException.NotFound(Title);
        return (dataplane, await pictures.GetAsync(request["mesh"], request.Aborted));
    }

    private static IEnumerable<Kri> Chain(Kri kri) => kri.Section.Length > 0 ? [kri, kri.WithSection("")] : [kri];

    private static IEnumerable<Kri> MeshOf(PolicyPicture picture) =>
        picture.Resources.Where(r => r.Kind == TargetKinds.Mesh).Select(r => r.GetKri());
}
