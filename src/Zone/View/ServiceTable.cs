using System.Collections.Immutable;
using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.View;

/// <summary>
/// The services of a mesh and where they are reached. Filled for a view that nobody sees yet, immutable from then on; it
/// shares with the one before what did not change.
/// </summary>
internal sealed class ServiceTable
{
    private static readonly ImmutableHashSet<string> _noNames = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private ImmutableDictionary<ResourceKey, ServiceView> _services = ImmutableDictionary<ResourceKey, ServiceView>.Empty;
    private ImmutableDictionary<ResourceKey, ServiceEndpoints> _endpoints = ImmutableDictionary<ResourceKey, ServiceEndpoints>.Empty;
    private ImmutableDictionary<string, ImmutableHashSet<string>> _remoteByZone =
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal);

    private ServiceView[]? _sorted;

    /// <summary>No services.</summary>
    internal ServiceTable()
    {
    }

    /// <summary>The same services as another one, to be changed.</summary>
    internal ServiceTable(ServiceTable previous)
    {
        _services = previous._services;
        _sorted = previous._sorted;
        _endpoints = previous._endpoints;
        _remoteByZone = previous._remoteByZone;
        Crossings = previous.Crossings;
    }

    /// <summary>What traffic passes that leaves this zone.</summary>
    internal ZoneCrossings Crossings { get; private set; } = ZoneCrossings.None;

    /// <summary>All services, in the order of their KRIs.</summary>
    internal IReadOnlyList<ServiceView> Sorted => _sorted ??=
        [.. _services.Values.OrderBy(service => service.Kri.ToString(), StringComparer.Ordinal)];

    internal ServiceView? Find(ResourceKey key) => _services.GetValueOrDefault(key);

    internal ServiceEndpoints EndpointsOf(ServiceView service) =>
        _endpoints.TryGetValue(KeyOf(service), out var endpoints) ? endpoints : ServiceEndpoints.None;

    /// <summary>
    /// The ways into the other zones in which a service runs, for whoever passes its traffic on: a proxy calls the service at
    /// <see cref="EndpointsOf"/>.
    /// </summary>
    internal EndpointSet WaysTo(ServiceView service, string section, MeshView view)
    {
        var members = service.Kind == TargetKinds.MeshMultiZoneService ? Members(KeyOf(service), view) : [service];
        return EndpointSet.Of(members
            .Where(member => member.IsRemote && member.Ports.Any(port => port.Section == section))
            .SelectMany(member => ServiceEndpoints.OfRemote(member, Crossings.AddressesOf(member.Kri.Zone), priority: 0).Find(section).Items));
    }

    /// <summary>Takes a service in; true when what plans ask of it differs.</summary>
    internal bool Take(ResourceKey key, Resource? after)
    {
        var known = Find(key);
        var next = after is null ? null : ServiceView.Of(after);
        if (known is not null && next is not null && key.Kind != TargetKinds.MeshService)
        {
            // What is worked out of other resources stays until it is worked out again.
            next = next with { Identities = known.Identities, IsTlsReady = known.IsTlsReady };
        }

        if (next is null)
        {
            _endpoints = _endpoints.Remove(key);
        }

        if (Equals(known, next))
        {
            return false;
        }

        _services = next is null ? _services.Remove(key) : _services.SetItem(key, next);
        _sorted = null;
        Place(key.Name, known, add: false);
        Place(key.Name, next, add: true);
        return true;
    }

    /// <summary>Works out again what a batch left, and tells what of it differs.</summary>
    internal void Update(ServiceWork work, MeshView view, ViewChange change)
    {
        var egressesBefore = Crossings;
        UpdateCrossings(work, view, change);
        foreach (var name in work.MeshServices)
        {
            Try(new ResourceKey(TargetKinds.MeshService, view.Name, name), change, key =>
                SetEndpoints(key, Find(key) is { } service ? Endpoints(service, view) : null, change));
        }

        var isEgressChanged = !egressesBefore.HasSameEgresses(Crossings);
        foreach (var name in view.Of(TargetKinds.MeshExternalService).Keys)
        {
            var external = new ResourceKey(TargetKinds.MeshExternalService, view.Name, name);
            if (isEgressChanged || change.Services.Contains(external))
            {
                Try(external, change, key => UpdateExternal(key, change));
            }
        }

        AddMultiZoneServicesOf(work, view, change);
        foreach (var name in work.MultiZoneServices)
        {
            Try(new ResourceKey(TargetKinds.MeshMultiZoneService, view.Name, name), change, key => UpdateMultiZone(key, view, change));
        }
    }

    private static ResourceKey KeyOf(ServiceView service) => new(service.Kind, service.Kri.Mesh, service.Name);

    private static void Try(ResourceKey key, ViewChange change, Action<ResourceKey> update)
    {
        try
        {
            update(key);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One service that cannot be worked out stops no other.
            change.Faults.Add((key, e));
        }
    }

    private void Place(string name, ServiceView? service, bool add)
    {
        if (service is { IsRemote: true, Kind: TargetKinds.MeshService })
        {
            var zone = service.Kri.Zone;
            var names = _remoteByZone.TryGetValue(zone, out var known) ? known : _noNames;
            names = add ? names.Add(name) : names.Remove(name);
            _remoteByZone = names.IsEmpty ? _remoteByZone.Remove(zone) : _remoteByZone.SetItem(zone, names);
        }
    }

    private void UpdateCrossings(ServiceWork work, MeshView view, ViewChange change)
    {
        var before = Crossings;
        if (work.ZoneAddresses)
        {
            Crossings = Crossings.WithAddresses(view.Of(MeshZoneAddressKind.Name).Values);
            foreach (var zone in before.ZonesThatDiffer(Crossings).ToList())
            {
                change.Zones.Add(zone);
                work.MeshServices.UnionWith(_remoteByZone.TryGetValue(zone, out var names) ? names : _noNames);
            }
        }

        if (work.Egresses)
        {
            Crossings = Crossings.WithEgresses(view.Egresses, [.. view.Of(MeshIdentityKind.Name).Values], view.Zone, view.Environment);
            work.AllRemote |= view.UsesZoneEgress && !before.HasSameEgresses(Crossings);
        }

        if (work.AllRemote)
        {
            work.MeshServices.UnionWith(_remoteByZone.Values.SelectMany(names => names));
        }
    }

    private ServiceEndpoints Endpoints(ServiceView service, MeshView view)
    {
        if (service.IsRemote)
        {
            if (!view.HasIdentities)
            {
                return ServiceEndpoints.None;
            }

            var ways = Crossings.AddressesOf(service.Kri.Zone);
            return ServiceEndpoints.OfRemote(service, view.UsesZoneEgress && ways.Count > 0 ? Crossings.Egresses : ways, priority: 1);
        }

        var spec = view.Find(service.Kind, service.Name)!.SpecAs<MeshServiceSpec>();
        return ServiceEndpoints.OfLocal(spec, view.SelectDataplanes(spec.Selector));
    }

    /// <summary>Calls to the outside go to the egresses of this zone, and to none that cannot tell who calls.</summary>
    private void UpdateExternal(ResourceKey key, ViewChange change)
    {
        var service = _services[key];
        var next = service with { Identities = Crossings.EgressIds, IsTlsReady = Crossings.EgressesWithIdentity.Count > 0 };
        Replace(key, service, next, change);
        SetEndpoints(key, ServiceEndpoints.OfExternal(next, Crossings.EgressesWithIdentity), change);
    }

    /// <summary>Adds the services that are made of one that changed.</summary>
    private static void AddMultiZoneServicesOf(ServiceWork work, MeshView view, ViewChange change)
    {
        var names = change.Services.Where(key => key.Kind == TargetKinds.MeshService).Select(key => key.Name).Union(work.MeshServices).ToList();
        if (names.Count == 0)
        {
            return;
        }

        var members = names.SelectMany(name => new[] { change.Before.FindService(TargetKinds.MeshService, name), view.FindService(TargetKinds.MeshService, name) })
            .OfType<ServiceView>().Select(member => member.Labels).Distinct().ToList();
        foreach (var (name, resource) in view.Of(TargetKinds.MeshMultiZoneService))
        {
            if (SelectorOf(resource) is { } selector && members.Any(labels => labels.Satisfies(selector)))
            {
                work.MultiZoneServices.Add(name);
            }
        }
    }

    private void UpdateMultiZone(ResourceKey key, MeshView view, ViewChange change)
    {
        if (Find(key) is not { } service)
        {
            return;
        }

        var members = Members(key, view);
        var identities = members.SelectMany(member => member.Identities).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var next = service with { Identities = FactList.From(identities) };
        Replace(key, service, next, change);
        SetEndpoints(key, ServiceEndpoints.OfAll(next, members.ConvertAll(EndpointsOf), view.UsesZoneEgress), change);
    }

    /// <summary>What a service across zones is made of: all MeshServices of this zone that it selects, and those of others that can serve.</summary>
    private static List<ServiceView> Members(ResourceKey key, MeshView view) =>
        SelectorOf(view.Find(key.Kind, key.Name)) is { } selector
            ? [.. view.SelectServices(TargetKinds.MeshService, selector).Where(member => !member.IsRemote || member.IsAvailable)]
            : [];

    private static IReadOnlyDictionary<string, string>? SelectorOf(Resource? service) =>
        service?.SpecAs<MeshMultiZoneServiceSpec>().Selector?.MeshService?.MatchLabels is { Count: > 0 } labels ? labels : null;

    private void Replace(ResourceKey key, ServiceView before, ServiceView next, ViewChange change)
    {
        if (!before.Equals(next))
        {
            change.Services.Add(key);
            _services = _services.SetItem(key, next);
            _sorted = null;
        }
    }

    private void SetEndpoints(ResourceKey key, ServiceEndpoints? next, ViewChange change)
    {
        var before = _endpoints.TryGetValue(key, out var known) ? known : ServiceEndpoints.None;
        if (next is null)
        {
            _endpoints = _endpoints.Remove(key);
        }
        else if (!before.SameAs(next) || !_endpoints.ContainsKey(key))
        {
            _endpoints = _endpoints.SetItem(key, next);
        }

        if (!before.SameAs(next ?? ServiceEndpoints.None))
        {
            change.Endpoints.Add(key);
        }
    }
}
