using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Templates;
using Mesh.Policies.Matching;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>_hostnames</c>: names that HostnameGenerators give to a service, and the zones in which they work.</summary>
internal sealed class HostnameEndpoint(RestServices services)
{
    private static readonly string[] _kinds = [MeshServiceKind.Name, MeshExternalServiceKind.Name, MeshMultiZoneServiceKind.Name];

    public void Map(RestRouter router) => router.Map("GET", new RestRoute("/meshes/{mesh}/{kind}/{name}/_hostnames", GetAsync));

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
        var generators = await services.Store.ListAsync(new ResourceQuery { Kind = HostnameGeneratorKind.Name }, request.Aborted);
        var names = generators.Items.Select(g => NameFrom(g.SpecAs<HostnameGeneratorSpec>(), service)).OfType<string>().Distinct().ToList();
        var zone = service.Label(ResourceLabels.Zone) is { Length: > 0 } label ? label : service.Name;
        await request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var name in names)
            {
                json.WriteStartObject();
                json.WriteString("hostname", name);
                json.WriteStartArray("zones");
                json.WriteStartObject();
                json.WriteString("name", zone);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("total", names.Count);
            json.WriteEndObject();
        });
    }

    /// <summary>The name that a generator gives, or null when it does not select the service or its template fails.</summary>
    private static string? NameFrom(HostnameGeneratorSpec generator, Resource service)
    {
        var selector = service.Kind switch
        {
            MeshServiceKind.Name => generator.Selector?.MeshService,
            MeshExternalServiceKind.Name => generator.Selector?.MeshExternalService,
            _ => generator.Selector?.MeshMultiZoneService,
        };
        if (selector is null || !LabelMatch.Matches(service, selector.MatchLabels ?? ResourceLabels.None)
            || !GoTemplate.TryParse(generator.Template ?? "", out var template, out _))
        {
            return null;
        }

        var rendered = template.TryRender(
            field => field switch
            {
                "DisplayName" => service.DisplayName,
                "Namespace" => service.Label(ResourceLabels.KubernetesNamespace),
                "Mesh" => service.Mesh,
                "Zone" => service.Label(ResourceLabels.Zone),
                _ => null,
            },
            label => service.Labels.TryGetValue(label, out var value) ? value : null,
            out var name,
            out _);
        return rendered ? name : null;
    }
}
