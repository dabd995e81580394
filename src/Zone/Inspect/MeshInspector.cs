using Mesh.Identity.Spiffe;
using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Templates;
using Mesh.Policies;
using Mesh.Policies.Matching;

namespace Mesh.Zone.Inspect;

/// <summary>
/// Answers questions about one mesh from what its resources say, whether or not the proxies are connected. Immutable and
/// safe for concurrent use; shadow policies are left out, as in what is delivered.
/// </summary>
public sealed class MeshInspector
{
    private readonly Dictionary<string, List<Resource>> _byKind = new(StringComparer.Ordinal);
    private readonly ListDestinationIndex _destinations;
    private readonly MeshPolicies _policies;
    private readonly string _zone;

    /// <summary>Reads the resources.</summary>
    /// <param name="mesh">Name of the mesh.</param>
    /// <param name="zone">Zone of this control plane: that of proxies without a label that says otherwise.</param>
    /// <param name="catalog">The policies.</param>
    /// <param name="resources">Every resource of the mesh, the Mesh itself, and HostnameGenerators.</param>
    public MeshInspector(string mesh, string zone, PolicyCatalog catalog, IEnumerable<Resource> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        var all = resources.ToList();
        foreach (var resource in all.OrderBy(resource => resource.Name, StringComparer.Ordinal))
        {
            if (!_byKind.TryGetValue(resource.Kind, out var list))
            {
                list = [];
                _byKind.Add(resource.Kind, list);
            }

            list.Add(resource);
        }

        _zone = zone;
        Catalog = catalog;
        _destinations = new ListDestinationIndex(mesh, all);
        _policies = MeshPolicies.Create(catalog, all, _destinations);
    }

    /// <summary>Questions about one proxy; null when the mesh has none of this name.</summary>
    public ProxyInspector? Find(string dataplane) =>
        Of(TargetKinds.Dataplane).FirstOrDefault(candidate => candidate.Name == dataplane) is { } found
            ? new ProxyInspector(found, _policies.Match(found), this)
            : null;

    /// <summary>The proxies that a policy selects.</summary>
    /// <param name="policy">The policy, which need not be effective: a shadow policy selects too.</param>
    /// <param name="nameFilter">Part of the name; null for all.</param>
    public DataplanesResponse DataplanesOf(Resource policy, string? nameFilter = null) =>
        Dataplanes(dataplane => MeshPolicies.Selects(policy, dataplane), nameFilter);

    /// <summary>The proxies behind a MeshService.</summary>
    /// <param name="service">The service.</param>
    /// <param name="nameFilter">Part of the name; null for all.</param>
    public DataplanesResponse DataplanesBehind(Resource service, string? nameFilter = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        var selector = service.SpecAs<MeshServiceSpec>().Selector;
        if (selector?.DataplaneRef?.Name is { Length: > 0 } name)
        {
            return Dataplanes(dataplane => dataplane.Name == name || dataplane.DisplayName == name, nameFilter);
        }

        return selector?.DataplaneLabels?.MatchLabels is { Count: > 0 } labels
            ? Dataplanes(dataplane => LabelMatch.Matches(dataplane, labels), nameFilter)
            : new DataplanesResponse(0, []);
    }

    /// <summary>The names that HostnameGenerators give to a service.</summary>
    /// <param name="service">A MeshService, MeshMultiZoneService or MeshExternalService.</param>
    /// <param name="isGlobal">
    /// A global control plane answers for every zone: a service counts as of its own zone and as coming from global.
    /// </param>
    public HostnamesResponse HostnamesOf(Resource service, bool isGlobal)
    {
        ArgumentNullException.ThrowIfNull(service);
        var zone = service.Label(ResourceLabels.Zone) is { Length: > 0 } label ? label : service.DisplayName;
        var names = new List<HostnameEntry>();
        foreach (var generator in Of(HostnameGeneratorKind.Name))
        {
            var spec = generator.SpecAs<HostnameGeneratorSpec>();
            if (SelectorFor(service.Kind, spec.Selector) is { } labels && IsSelected(service, labels, isGlobal)
                && Render(spec.Template, service) is { } hostname)
            {
                names.Add(new HostnameEntry(hostname, [new HostnameZone(zone)]));
            }
        }

        return new HostnamesResponse(names.Count, names);
    }

    /// <summary>The policies.</summary>
    internal PolicyCatalog Catalog { get; }

    /// <summary>The SPIFFE id of a proxy; null when no MeshIdentity that is ready selects it.</summary>
    internal string? SpiffeIdOf(Resource dataplane)
    {
        Resource? best = null;
        var bestCount = -1;
        foreach (var identity in Of(MeshIdentityKind.Name))
        {
            if (identity.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is { } selector
                && (selector.MatchLabels?.Count ?? 0) > bestCount
                && LabelMatch.Matches(dataplane, selector.MatchLabels ?? ResourceLabels.None))
            {
                best = identity;
                bestCount = selector.MatchLabels?.Count ?? 0;
            }
        }

        if (best?.StatusAs<ConditionsStatus>()?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) != true)
        {
            return null;
        }

        var spec = best.SpecAs<MeshIdentitySpec>().SpiffeId;
        var zone = dataplane.Label(ResourceLabels.Zone) is { Length: > 0 } label ? label : _zone;
        return SpiffeIdTemplates.TryParse(
                spec?.TrustDomain, spec?.Path, dataplane.Label(ResourceLabels.Env) == "kubernetes", out var templates, out _)
            && templates.TryRender(new SpiffeSubject(dataplane.Mesh, zone, dataplane.Labels), out var id, out _)
            ? id.ToString()
            : null;
    }

    /// <summary>Resources of a kind, by name.</summary>
    internal IReadOnlyList<Resource> Of(string kind) => _byKind.TryGetValue(kind, out var list) ? list : [];

    /// <summary>The Mesh, or null.</summary>
    internal Resource? Mesh => _destinations.Mesh;

    private static IReadOnlyDictionary<string, string>? SelectorFor(string kind, HostnameSelector? selector) => kind switch
    {
        TargetKinds.MeshService => selector?.MeshService?.MatchLabels,
        TargetKinds.MeshExternalService => selector?.MeshExternalService?.MatchLabels,
        TargetKinds.MeshMultiZoneService => selector?.MeshMultiZoneService?.MatchLabels,
        _ => null,
    };

    private static bool IsSelected(Resource service, IReadOnlyDictionary<string, string> labels, bool isGlobal)
    {
        foreach (var (key, value) in labels)
        {
            var isOrigin = isGlobal && key == ResourceLabels.Origin && value is "global" or "zone";
            if (!isOrigin && !LabelMatch.Matches(service, key, value))
            {
                return false;
            }
        }

        return true;
    }

    private static string? Render(string? template, Resource service)
    {
        if (template is null || !GoTemplate.TryParse(template, out var parsed, out _))
        {
            return null;
        }

        string? FieldOf(string name) => name switch
        {
            "DisplayName" => service.DisplayName,
            "Namespace" => service.Label(ResourceLabels.KubernetesNamespace),
            "Mesh" => service.Mesh,
            "Zone" => service.Label(ResourceLabels.Zone),
            _ => null,
        };
        string? LabelOf(string key) => service.Labels.TryGetValue(key, out var value) ? value : null;
        return parsed.TryRender(FieldOf, LabelOf, out var hostname, out _) ? hostname : null;
    }

    private DataplanesResponse Dataplanes(Func<Resource, bool> isMeant, string? nameFilter)
    {
        var found = Of(TargetKinds.Dataplane)
            .Where(dataplane => nameFilter is null || dataplane.Name.Contains(nameFilter, StringComparison.Ordinal))
            .Where(isMeant)
            .Select(ResourceMeta.Of)
            .ToArray();
        return new DataplanesResponse(found.Length, found);
    }
}
