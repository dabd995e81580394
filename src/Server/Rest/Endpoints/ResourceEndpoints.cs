using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Lists;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>Reading, writing and deleting resources, the same for every kind of the catalogue.</summary>
internal sealed class ResourceEndpoints(RestServices services, ResourceWriter writer)
{
    private const string RetrieveTitle = "Could not retrieve a resource";
    private const string ListTitle = "Could not retrieve resources";

    public void Map(RestRouter router)
    {
        foreach (var descriptor in services.Catalog.All.Where(d => d.Path.Length > 0))
        {
            MapKind(router, descriptor, descriptor.Path);
            if (descriptor.AliasPath is { } alias)
            {
                MapKind(router, descriptor, alias);
            }
        }
    }

    private void MapKind(RestRouter router, ResourceDescriptor descriptor, string path)
    {
        var collection = descriptor.Scope == ResourceScope.Mesh ? $"/meshes/{{mesh}}/{path}" : $"/{path}";
        var item = collection + "/{name}";
        router.Map("PUT", new RestRoute(item, r => PutAsync(r, descriptor)) { Consumes = MediaTypes.Resources });
        router.Map("DELETE", new RestRoute(item, r => DeleteAsync(r, descriptor)));
        router.Map("GET", new RestRoute(item, r => GetAsync(r, descriptor)));
        router.Map("GET", new RestRoute(collection, r => ListAsync(r, descriptor)));
        if (descriptor.Scope == ResourceScope.Mesh)
        {
            router.Map("GET", new RestRoute($"/{path}", r => ListAsync(r, descriptor)));
        }

        if (descriptor.InsightKind is { } insight)
        {
            MapOverviews(router, descriptor, services.Catalog[insight], collection);
            if (descriptor.Scope == ResourceScope.Mesh)
            {
                MapOverviewList(router, descriptor, services.Catalog[insight], $"/{path}");
            }
        }
    }

    private void MapOverviews(RestRouter router, ResourceDescriptor descriptor, ResourceDescriptor insight, string collection)
    {
        MapOverviewList(router, descriptor, insight, collection);
        router.Map("GET", new RestRoute(collection + "/{name}/_overview", r => GetOverviewAsync(r, descriptor, insight)));
        router.Map("GET", new RestRoute(collection + "+insights/{name}", r => GetOverviewAsync(r, descriptor, insight)));
    }

    private void MapOverviewList(RestRouter router, ResourceDescriptor descriptor, ResourceDescriptor insight, string collection)
    {
        router.Map("GET", new RestRoute(collection + "/_overview", r => ListOverviewsAsync(r, descriptor, insight)));
        router.Map("GET", new RestRoute(collection + "+insights", r => ListOverviewsAsync(r, descriptor, insight)));
    }

    private async ValueTask GetAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        services.Access.DemandResource(request.Caller, descriptor);
        var resource = await FindAsync(request, descriptor);
        var format = ResourceFormats.Of(request);
        await request.RespondAsync(200, json => ResourceFormats.Write(json, resource, format));
    }

    private async ValueTask ListAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        services.Access.DemandResource(request.Caller, descriptor);
        var (page, found) = await FindPageAsync(request, descriptor);
        var format = ResourceFormats.Of(request);
        await RespondListAsync(request, page, found, (json, resource) => ResourceFormats.Write(json, resource, format));
    }

    private async ValueTask PutAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        services.Scope.Demand(descriptor);
        services.Access.DemandResource(request.Caller, descriptor);
        await DemandMeshAsync(request, descriptor);
        var written = await writer.PutAsync(
            descriptor, request["mesh"], request["name"], await request.ReadBodyAsync(), request.Http.Request.ContentType ?? "", request.Aborted);
        foreach (var notice in written.Notices)
        {
            request.Http.Response.Headers.Append("Warning", WarningHeader.Of(notice));
        }

        await request.RespondAsync(written.IsNew ? 201 : 200, written.Warnings);
    }

    private async ValueTask DeleteAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        services.Scope.Demand(descriptor);
        services.Access.DemandResource(request.Caller, descriptor);
        await DemandMeshAsync(request, descriptor);
        await writer.DeleteAsync(descriptor, request["mesh"], request["name"], request.Aborted);
        await request.RespondAsync(200, []);
    }

    private async ValueTask GetOverviewAsync(RestRequest request, ResourceDescriptor descriptor, ResourceDescriptor insightKind)
    {
        services.Access.DemandResource(request.Caller, descriptor);
        var resource = await FindAsync(request, descriptor);
        var insight = await InsightOfAsync(resource, insightKind, request.Aborted);
        await request.RespondAsync(200, json => OverviewWriter.Write(json, resource, insightKind, insight, alwaysShowInsight: true));
    }

    private async ValueTask ListOverviewsAsync(RestRequest request, ResourceDescriptor descriptor, ResourceDescriptor insightKind)
    {
        services.Access.DemandResource(request.Caller, descriptor);
        var (page, found) = await FindPageAsync(request, descriptor);
        var insights = new Dictionary<ResourceKey, Resource?>();
        foreach (var resource in found.Items)
        {
            insights[resource.Key] = await InsightOfAsync(resource, insightKind, request.Aborted);
        }

        await RespondListAsync(request, page, found, (json, resource) =>
            OverviewWriter.Write(json, resource, insightKind, insights[resource.Key], alwaysShowInsight: false));
    }

    /// <summary>A zone keeps no account of itself, but it is there to be asked: it shows itself as online.</summary>
    private async ValueTask<Resource?> InsightOfAsync(Resource resource, ResourceDescriptor insightKind, CancellationToken cancellationToken)
    {
        var stored = await services.Store.GetAsync(resource.Key with { Kind = insightKind.Kind }, cancellationToken);
        return stored is null && resource.Kind == ZoneKind.Name && !services.Settings.IsGlobal && resource.Name == services.Settings.Multizone.Zone.Name
            ? OwnZone.Insight(resource, services.Instance)
            : stored;
    }

    private async ValueTask<Resource> FindAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        await DemandMeshAsync(request, descriptor);
        var key = new ResourceKey(descriptor.Kind, request["mesh"], request["name"]);
        return await services.Store.GetAsync(key, request.Aborted) ?? throw RestException.NotFound(RetrieveTitle);
    }

    private async ValueTask<(Page Page, ResourceList Found)> FindPageAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        var acrossMeshes = descriptor.Scope == ResourceScope.Mesh && request["mesh"].Length == 0;
        if (!acrossMeshes)
        {
            await DemandMeshAsync(request, descriptor);
        }

        var page = Page.Of(request);
        var found = await services.Store.ListAsync(
            new ResourceQuery
            {
                Kind = descriptor.Kind,
                Mesh = descriptor.Scope == ResourceScope.Mesh && !acrossMeshes ? request["mesh"] : null,
                Filter = ListFilter.Of(request, GatewayTest.For(descriptor)),
                Size = page.Size,
                Offset = page.Offset,
            },
            request.Aborted);
        return page.Offset > 0 && page.Offset >= found.Total && found.Total > 0
            ? throw new RestException(400, ListTitle, "Invalid page offset")
            : (page, found);
    }

    private ValueTask RespondListAsync(RestRequest request, Page page, ResourceList found, Action<Utf8JsonWriter, Resource> write) =>
        request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            page.Write(json, request, services.Settings.ApiServer.RootUrl, found.Total, found.Items, write);
            json.WriteEndObject();
        });

    private async ValueTask DemandMeshAsync(RestRequest request, ResourceDescriptor descriptor)
    {
        if (descriptor.Scope == ResourceScope.Mesh)
        {
            await services.DemandMeshAsync(request);
        }
    }
}
