using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Insights;

/// <summary>Adds up what is known of all meshes. Pure.</summary>
public static class GlobalInsightBuilder
{
    private static readonly GlobalStates _noStates = new(0, 0, 0, 0);
    private static readonly GlobalOnline _noneOnline = new(0, 0);

    /// <summary>Counts a control plane that is a zone.</summary>
    /// <param name="catalog">Tells policies from other kinds.</param>
    /// <param name="meshInsights">All MeshInsights.</param>
    /// <param name="meshServices">All MeshServices.</param>
    /// <param name="meshes">How many meshes there are.</param>
    /// <param name="hostnameGenerators">How many HostnameGenerators there are.</param>
    /// <param name="now">The present.</param>
    public static GlobalInsight Build(
        ResourceCatalog catalog,
        IReadOnlyCollection<Resource> meshInsights,
        IReadOnlyCollection<Resource> meshServices,
        int meshes,
        int hostnameGenerators,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var insights = meshInsights.Select(insight => insight.SpecAs<MeshInsightSpec>()).ToList();
        var resources = new SortedDictionary<string, GlobalTotal>(StringComparer.Ordinal);
        foreach (var (kind, stat) in insights.SelectMany(insight => insight.Resources ?? new Dictionary<string, ResourceStat>()))
        {
            resources[kind] = new GlobalTotal(TotalOf(resources, kind) + stat.Total);
        }

        if (hostnameGenerators > 0)
        {
            resources[HostnameGeneratorKind.Name] = new GlobalTotal((uint)hostnameGenerators);
        }

        var policies = resources.Where(pair => catalog.TryGetKind(pair.Key, out var kind) && kind.Policy is not null).Sum(pair => pair.Value.Total);
        return new GlobalInsight
        {
            CreatedAt = now,
            Meshes = new GlobalTotal((uint)meshes),
            Policies = new GlobalTotal((uint)policies),
            Resources = resources,
            Services = new GlobalServices(CountServices(meshServices), new GlobalTotal(TotalOf(resources, MeshExternalServiceKind.Name)), _noStates),
            Zones = new GlobalZones(_noneOnline, _noneOnline, _noneOnline),
            Dataplanes = new GlobalDataplanes(
                Sum(insights.Select(insight => insight.DataplanesByType?.Standard)),
                Sum(insights.Select(insight => insight.DataplanesByType?.GatewayDelegated))),
        };
    }

    private static uint TotalOf(SortedDictionary<string, GlobalTotal> totals, string kind) => totals.TryGetValue(kind, out var total) ? total.Total : 0;

    private static GlobalStates Sum(IEnumerable<DataplaneStat?> stats)
    {
        var sum = _noStates;
        foreach (var stat in stats.OfType<DataplaneStat>())
        {
            sum = new GlobalStates(
                sum.Online + stat.Online, sum.Offline + stat.Offline, sum.PartiallyDegraded + stat.PartiallyDegraded, sum.Total + stat.Total);
        }

        return sum;
    }

    /// <summary>A service is as its proxies are: none healthy, some, or all.</summary>
    private static GlobalStates CountServices(IReadOnlyCollection<Resource> services)
    {
        uint online = 0, offline = 0, degraded = 0;
        foreach (var service in services)
        {
            var counts = service.StatusAs<MeshServiceStatus>()?.DataplaneProxies ?? new ProxyCounts();
            if (counts.Healthy == 0)
            {
                offline++;
            }
            else if (counts.Healthy < counts.Total)
            {
                degraded++;
            }
            else
            {
                online++;
            }
        }

        return new GlobalStates(online, offline, degraded, (uint)services.Count);
    }
}
