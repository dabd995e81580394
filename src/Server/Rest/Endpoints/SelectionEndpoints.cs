using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Policies.Matching;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Lists;
using Mesh.Server.Rest.Routing;
using Mesh.Zone.Inspect;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>Which dataplanes a policy or a MeshService selects.</summary>
internal sealed class SelectionEndpoints(RestServices services)
{
    private const string PolicyTitle = "Could not retrieve policy";
    private const string ServiceTitle = "Could not retrieve a resource";

    public void Map(RestRouter router)
    {
        foreach (var descriptor in services.Catalog.All.Where(d => d.Policy is not null))
        {
            var policy = $"/meshes/{{mesh}}/{descriptor.Path}/{{name}}";
            router.Map("GET", new RestRoute(policy + "/_resources/dataplanes", r => OfPolicyAsync(r, descriptor, WriteItem, isLegacy: false)));
            router.Map("GET", new RestRoute(policy + "/dataplanes", r => OfPolicyAsync(r, descriptor, WriteLegacyItem, isLegacy: true)));
        }

        router.Map("GET", new RestRoute($"/meshes/{{mesh}}/{MeshServiceKind.Resource.Path}/{{name}}/_dataplanes", OfServiceAsync));
    }

    private async ValueTask OfPolicyAsync(RestRequest request, ResourceDescriptor descriptor, Action<Utf8JsonWriter, Resource> write, bool isLegacy)
    {
        if (isLegacy && await services.Store.GetAsync(new ResourceKey(descriptor.Kind, request["mesh"], request["name"]), request.Aborted) is null)
        {
            // The older form tells no difference between a policy that is not there and one that selects nothing.
            await RespondAsync(request, _ => false, write, isLegacy);
            return;
        }

        var policy = await FindAsync(request, descriptor, PolicyTitle);
        await RespondAsync(request, dataplane => MeshPolicies.Selects(policy, dataplane), write, isLegacy);
    }

    private async ValueTask OfServiceAsync(RestRequest request)
    {
        var service = await FindAsync(request, MeshServiceKind.Resource, ServiceTitle);
        var selector = service.SpecAs<MeshServiceSpec>().Selector;
        Func<Resource, bool> selects = selector switch
        {
            { DataplaneLabels.MatchLabels: { Count: > 0 } labels } => dataplane => LabelMatch.Matches(dataplane, labels),
            { DataplaneRef.Name: { Length: > 0 } name } => dataplane => dataplane.Name == name,
            _ => _ => false,
        };
        await RespondAsync(request, selects, WriteItem, isLegacy: false);
    }

    private async ValueTask<Resource> FindAsync(RestRequest request, ResourceDescriptor descriptor, string title)
    {
        await services.DemandMeshAsync(request);
        var key = new ResourceKey(descriptor.Kind, request["mesh"], request["name"]);
        return await services.Store.GetAsync(key, request.Aborted) ?? throw RestException.NotFound(title);
    }

    private async ValueTask RespondAsync(RestRequest request, Func<Resource, bool> selects, Action<Utf8JsonWriter, Resource> write, bool isLegacy)
    {
        var page = Page.Of(request);
        var filter = ListFilter.Of(request, null);
        var found = await services.Store.ListAsync(
            new ResourceQuery
            {
                Kind = DataplaneKind.Name,
                Mesh = request["mesh"],
                Filter = dataplane => (filter is null || filter(dataplane)) && selects(dataplane),
                Size = page.Size,
                Offset = page.Offset,
            },
            request.Aborted);
        await request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            if (isLegacy)
            {
                json.WriteNumber("total", found.Total);
            }

            json.WriteStartArray("items");
            foreach (var dataplane in found.Items)
            {
                write(json, dataplane);
            }

            json.WriteEndArray();
            if (!isLegacy)
            {
                if (page.Next(request, found.Total, services.Settings.ApiServer.RootUrl) is { } next)
                {
                    json.WriteString("next", next);
                }

                json.WriteNumber("total", found.Total);
            }

            json.WriteEndObject();
        });
    }

    private static void WriteItem(Utf8JsonWriter json, Resource dataplane) => JsonSerializer.Serialize(json, ResourceMeta.Of(dataplane), ModelJson.Options);

    private static void WriteLegacyItem(Utf8JsonWriter json, Resource dataplane)
    {
        json.WriteStartObject();
        json.WriteString("kind", "SidecarDataplane");
        json.WriteStartObject("dataplane");
        json.WriteString("mesh", dataplane.Mesh);
        json.WriteString("name", dataplane.Name);
        json.WriteEndObject();
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("type", "dataplane");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
