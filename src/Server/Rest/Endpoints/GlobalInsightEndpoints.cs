using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>/global-insight</c>: counts over all meshes, added up from the MeshInsights; and its older form.</summary>
internal sealed class GlobalInsightEndpoints(RestServices services)
{
    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute("/global-insight", GetAsync));
        router.Map("GET", new RestRoute("/global-insights", GetLegacyAsync));
    }

    private async ValueTask GetAsync(RestRequest request)
    {
        var insights = (await ListAsync(MeshInsightKind.Name, request.Aborted)).Select(r => r.SpecAs<MeshInsightSpec>()).ToList();
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (kind, stat) in insights.SelectMany(i => i.Resources ?? new Dictionary<string, ResourceStat>()))
        {
            counts[kind] = counts.GetValueOrDefault(kind) + stat.Total;
        }

        var generators = await CountAsync(HostnameGeneratorKind.Name, request.Aborted);
        if (generators > 0)
        {
            counts[HostnameGeneratorKind.Name] = generators;
        }

        var meshes = await CountAsync(MeshKind.Name, request.Aborted);
        var zones = await ListAsync(ZoneInsightKind.Name, request.Aborted);
        var online = zones.Count(z => z.SpecAs<ZoneInsightSpec>().Subscriptions is [.., { ConnectTime: not null, DisconnectTime: null }]);
        await request.RespondAsync(200, json => Write(json, insights, counts, meshes, zones.Count, online));
    }

    private void Write(Utf8JsonWriter json, List<MeshInsightSpec> insights, SortedDictionary<string, long> counts, int meshes, int zones, int onlineZones)
    {
        json.WriteStartObject();
        json.WriteString("createdAt", GoText.Time(services.Clock.GetUtcNow()));
        json.WriteStartObject("dataplanes");
        WriteStat(json, "gatewayDelegated", insights.Select(i => i.DataplanesByType?.GatewayDelegated));
        WriteStat(json, "standard", insights.Select(i => i.DataplanesByType?.Standard));
        json.WriteEndObject();
        WriteTotal(json, "meshes", meshes);
        WriteTotal(json, "policies", counts.Where(c => services.Catalog.TryGetKind(c.Key, out var d) && d.Policy is not null).Sum(c => c.Value));
        json.WriteStartObject("resources");
        foreach (var (kind, total) in counts)
        {
            WriteTotal(json, kind, total);
        }

        json.WriteEndObject();
        json.WriteStartObject("services");
        WriteTotal(json, "external", counts.GetValueOrDefault(MeshExternalServiceKind.Name));
        WriteStat(json, "gatewayDelegated", []);
        WriteStat(json, "internal", []);
        json.WriteEndObject();
        json.WriteStartObject("zones");
        WriteZones(json, "controlPlanes", onlineZones, zones);
        WriteZones(json, "zoneEgresses", 0, 0);
        WriteZones(json, "zoneIngresses", 0, 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async ValueTask GetLegacyAsync(RestRequest request)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var descriptor in services.Catalog.All.Where(d => d.Scope == ResourceScope.Global && d.Path.Length > 0 && !d.IsReadOnly))
        {
            var total = await CountAsync(descriptor.Kind, request.Aborted);
            if (total > 0)
            {
                counts[descriptor.Kind] = total;
            }
        }

        await request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "GlobalInsights");
            json.WriteString("creationTime", GoText.Time(services.Clock.GetUtcNow()));
            json.WriteStartObject("resources");
            foreach (var (kind, total) in counts)
            {
                WriteTotal(json, kind, total);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private async ValueTask<IReadOnlyList<Resource>> ListAsync(string kind, CancellationToken cancellationToken) =>
        (await services.Store.ListAsync(new ResourceQuery { Kind = kind }, cancellationToken)).Items;

    private async ValueTask<int> CountAsync(string kind, CancellationToken cancellationToken) =>
        (await services.Store.ListAsync(new ResourceQuery { Kind = kind, Size = 1 }, cancellationToken)).Total;

    private static void WriteTotal(Utf8JsonWriter json, string name, long total)
    {
        json.WriteStartObject(name);
        json.WriteNumber("total", total);
        json.WriteEndObject();
    }

    private static void WriteStat(Utf8JsonWriter json, string name, IEnumerable<DataplaneStat?> stats)
    {
        var known = stats.OfType<DataplaneStat>().ToList();
        json.WriteStartObject(name);
        json.WriteNumber("offline", known.Sum(s => s.Offline));
        json.WriteNumber("online", known.Sum(s => s.Online));
        json.WriteNumber("partiallyDegraded", known.Sum(s => s.PartiallyDegraded));
        json.WriteNumber("total", known.Sum(s => s.Total));
        json.WriteEndObject();
    }

    private static void WriteZones(Utf8JsonWriter json, string name, int online, int total)
    {
        json.WriteStartObject(name);
        json.WriteNumber("online", online);
        json.WriteNumber("total", total);
        json.WriteEndObject();
    }
}
