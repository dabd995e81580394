using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>/_kri/{kri}</c>: the resource of a KRI, also of one that names a section of it.</summary>
internal sealed class KriEndpoint(RestServices services)
{
    private const string Title = "Could not retrieve a resource";

    public void Map(RestRouter router) => router.Map("GET", new RestRoute("/_kri/{kri}", GetAsync));

    private async ValueTask GetAsync(RestRequest request)
    {
        var kri = KriText.Parse(request["kri"]);
        if (!services.Catalog.TryGetShortName(kri.ShortName, out var descriptor))
        {
            throw RestException.BadRequest($"invalid identifier string: \"{request["kri"]}\"");
        }

        services.Access.DemandResource(request.Caller, descriptor);
        var resource = await FindAsync(descriptor, kri.WithSection(""), request.Aborted) ?? throw RestException.NotFound(Title);
        await request.RespondAsync(200, json => ResourceJson.Write(json, resource));
    }

    /// <summary>
    /// Resources that were written here are found by name, those that came from elsewhere carry a hashed name and are found by
    /// the KRI that they print. One of this zone may be asked for with the zone's name, although it prints none.
    /// </summary>
    private async ValueTask<Resource?> FindAsync(ResourceDescriptor descriptor, Kri kri, CancellationToken cancellationToken)
    {
        var direct = await services.Store.GetAsync(new ResourceKey(descriptor.Kind, kri.Mesh, kri.Name), cancellationToken);
        if (direct is not null && (direct.GetKri() == kri || IsOurs(direct, kri)))
        {
            return direct;
        }

        var found = await services.Store.ListAsync(
            new ResourceQuery
            {
                Kind = descriptor.Kind,
                Mesh = descriptor.Scope == ResourceScope.Mesh ? kri.Mesh : null,
                Filter = r => r.GetKri() == kri,
                Size = 1,
            },
            cancellationToken);
        return found.Items.Count > 0 ? found.Items[0] : null;
    }

    private bool IsOurs(Resource resource, Kri kri) =>
        resource.GetKri() is { Zone: "" } printed && printed with { Zone = services.Settings.Multizone.Zone.Name } == kri;
}
