using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Inspect;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>_hostnames</c>: names that HostnameGenerators give to a service, and the zones in which they work.</summary>
internal sealed class HostnameEndpoint(RestServices services, MeshInspectors inspectors)
{
    private static readonly string[] _kinds = [MeshServiceKind.Name, MeshExternalServiceKind.Name, MeshMultiZoneServiceKind.Name];

    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute("/meshes/{mesh}/{kind}/{name}/_hostnames", GetAsync));

        // Dataplanes have a route for whatever follows their name, which would take this one.
        router.Map("GET", new RestRoute($"/meshes/{{mesh}}/{DataplaneKind.Resource.Path}/{{name}}/_hostnames", GetAsync));
    }

    private async ValueTask GetAsync(RestRequest request)
    {
        if (!services.Catalog.TryGetPath(request["kind"], out var descriptor) || !_kinds.Contains(descriptor.Kind))
        {
            var paths = string.Join(',', _kinds.Select(k => services.Catalog[k].Path));
            throw RestException.Invalid($"only \"{paths}\" are available for inspection", []);
        }

        await services.DemandMeshAsync(request);
        var key = new ResourceKey(descriptor.Kind, request["mesh"], request["name"]);
        var service = await services.Store.GetAsync(key, request.Aborted) ?? throw RestException.NotFound("could not retrieve service");
        var mesh = await inspectors.GetAsync(request["mesh"], request.Aborted);
        await request.RespondAsync(200, json => JsonSerializer.Serialize(json, mesh.HostnamesOf(service, services.Settings.IsGlobal), ModelJson.Options));
    }
}
