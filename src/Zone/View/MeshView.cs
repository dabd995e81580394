using System.Collections.Immutable;
using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.View;

/// <summary>
/// An immutable picture of one mesh, indexed for those who build configuration from it. The next view shares with this
/// one what did not change.
/// </summary>
public sealed class MeshView
{
    private const string MeshIdentity = "MeshIdentity";
    private const string MeshTrust = "MeshTrust";
    private const string MeshZoneAddress = "MeshZoneAddress";

    private static readonly ImmutableSortedDictionary<string, Resource> _noResources =
        ImmutableSortedDictionary.Create<string, Resource>(StringComparer.Ordinal);

    private ImmutableDictionary<string, ImmutableSortedDictionary<string, Resource>> _byKind =
        ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, Resource>>(StringComparer.Ordinal);

    private ImmutableDictionary<ResourceKey, ServiceView> _services = ImmutableDictionary<ResourceKey, ServiceView>.Empty;
    private ImmutableDictionary<ResourceKey, ServiceEndpoints> _endpoints = ImmutableDictionary<ResourceKey, ServiceEndpoints>.Empty;
    private LabelIndex _dataplaneLabels = LabelIndex.Empty;
    private ServiceSelectors _selectors = ServiceSelectors.Empty;
    private ServiceView[]? _sorted;
    private DestinationIndex _destinations = DestinationIndex.Empty;
    private readonly PolicyCatalog _catalog;

    /// <summary>An empty view of a mesh that is not known yet.</summary>
    /// <param name="name">Name of the mesh.</param>
    /// <param name="zone">Zone of this control plane.</param>
    /// <param name="catalog">The policies that edit configuration.</param>
    public MeshView(string name, string zone, PolicyCatalog catalog)
    {
        Name = name;
        Zone = zone;
        _catalog = catalog;
    }

    private MeshView(MeshView previous)
    {
        Name = previous.Name;
        Zone = previous.Zone;
        _byKind = previous._byKind;
        _services = previous._services;
        _endpoints = previous._endpoints;
        _destinations = previous._destinations;
        _catalog = previous._catalog;
        Policies = previous.Policies;
        _dataplaneLabels = previous._dataplaneLabels;
        _selectors = previous._selectors;
    }

    /// <summary>Name of the mesh.</summary>
    public string Name { get; }

    /// <summary>Zone of this control plane.</summary>
    public string Zone { get; }

    /// <summary>The Mesh, or null when there is none of this name.</summary>
    public Resource? Mesh => Find(TargetKinds.Mesh, Name);

    /// <summary>Some proxies of the mesh have a workload identity.</summary>
    public bool HasIdentities => !Of(MeshIdentity).IsEmpty;

    /// <summary>The MeshTrusts, by name.</summary>
    public IEnumerable<Resource> Trusts => Of(MeshTrust).Values;

    /// <summary>All services, in the order of their KRIs.</summary>
    public IReadOnlyList<ServiceView> Services => _sorted ??=
        [.. _services.Values.OrderBy(service => service.Kri.ToString(), StringComparer.Ordinal)];

    /// <summary>What the policies of the mesh say about its proxies.</summary>
    public MeshPolicies Policies { get; private set; } = MeshPolicies.Empty;

    /// <summary>The resources of a kind, by name.</summary>
    public ImmutableSortedDictionary<string, Resource> Of(string kind) => _byKind.TryGetValue(kind, out var all) ? all : _noResources;

    /// <summary>A resource, or null.</summary>
    public Resource? Find(string kind, string name) => Of(kind).TryGetValue(name, out var resource) ? resource : null;

    /// <summary>A service, or null.</summary>
    public ServiceView? FindService(string kind, string name) =>
        _services.TryGetValue(new ResourceKey(kind, Name, name), out var service) ? service : null;

    /// <summary>The service that a selector by label means, the oldest of those that satisfy it; or null.</summary>
    public ServiceView? FindService(string kind, IReadOnlyDictionary<string, string> labels) =>
        SelectServices(kind, labels).OrderBy(service => service.CreationTime).ThenBy(service => service.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>The services that a selector by label satisfies, by name.</summary>
    public IEnumerable<ServiceView> SelectServices(string kind, IReadOnlyDictionary<string, string> labels) =>
        _destinations.Names(kind, labels).Select(name => FindService(kind, name)).OfType<ServiceView>();

    /// <summary>Endpoints of a service's port.</summary>
    public EndpointSet EndpointsOf(ServiceView service, string section) =>
        _endpoints.TryGetValue(KeyOf(service), out var endpoints) ? endpoints.Find(section) : EndpointSet.Empty;

    /// <summary>Names of the Dataplanes with all these labels.</summary>
    public IEnumerable<string> SelectDataplanes(IReadOnlyDictionary<string, string> labels) => _dataplaneLabels.Select(labels);

    /// <summary>
    /// The MeshIdentity of a proxy with these labels: most labels in its selector wins, then the smallest name; none
    /// without a selector (contract §3.9).
    /// </summary>
    public Resource? FindIdentity(LabelSet labels)
    {
        Resource? best = null;
        var bestCount = -1;
        foreach (var identity in Of(MeshIdentity).Values)
        {
            if (identity.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is not { } selector)
            {
                continue;
            }

            var pairs = selector.MatchLabels ?? LabelSet.Empty;
            if (pairs.Count > bestCount && labels.Satisfies(pairs))
            {
                best = identity;
                bestCount = pairs.Count;
            }
        }

        return best;
    }

    /// <summary>The view after a batch, and what the batch changed.</summary>
    public ViewChange Apply(ChangeBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var change = new ViewChange(this);
        change.After = new MeshView(this).Take(batch, change);
        return change;
    }

    private static ResourceKey KeyOf(ServiceView service) => new(service.Kind, service.Kri.Mesh, service.Name);

    private static bool IsService(string kind) =>
        kind is TargetKinds.MeshService or TargetKinds.MeshMultiZoneService or TargetKinds.MeshExternalService;

    private static bool SameWish(Resource? before, Resource? after) =>
        before is not null && after is not null
        && LabelSet.Of(before.Labels).Equals(LabelSet.Of(after.Labels)) && ReferenceEquals(before.Spec, after.Spec);

    /// <summary>A policy that was written again as it was touches nobody.</summary>
    private static bool SaysTheSame(Resource? before, Resource? after) =>
        before is not null && after is not null && before.CreationTime == after.CreationTime
        && LabelSet.Of(before.Labels).Equals(LabelSet.Of(after.Labels)) && ModelEquality.Same(before.Spec, after.Spec);

    /// <summary>Fills this new view; nobody else sees it yet.</summary>
    private MeshView Take(ChangeBatch batch, ViewChange change)
    {
        var dirty = new HashSet<string>(StringComparer.Ordinal);
        var remoteDirty = false;
        foreach (var (key, resource) in batch.Resources)
        {
            try
            {
                remoteDirty |= Take(key, resource, dirty, change);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // One resource that cannot be read stops no other.
                change.Faults.Add((key, e));
            }
        }

        UpdateEndpoints(dirty, remoteDirty, change);
        if (change.Policies.Count > 0 || !ReferenceEquals(_destinations, change.Before._destinations))
        {
            Policies = ReadPolicies(change);
        }

        return this;
    }

    /// <summary>Takes one resource in; true when services in other zones may have other endpoints now.</summary>
    private bool Take(ResourceKey key, Resource? resource, HashSet<string> dirty, ViewChange change)
    {
        var before = Find(key.Kind, key.Name);
        if (ReferenceEquals(before, resource))
        {
            return false;
        }

        Store(key, resource);
        switch (key.Kind)
        {
            case TargetKinds.Mesh:
                change.IsMeshChanged = true;
                _destinations = _destinations.WithMesh(resource);
                return false;
            case TargetKinds.Dataplane:
                TakeDataplane(key.Name, before, resource, dirty, change);
                return false;
            case MeshIdentity:
                change.Identities.Add(key);
                return before is null != resource is null;
            case MeshTrust:
                change.IsTrustChanged = true;
                return false;
            case MeshZoneAddress:
                return true;
            default:
                TakeOther(key, before, resource, dirty, change);
                return false;
        }
    }

    /// <summary>All policies that can be read.</summary>
    private MeshPolicies ReadPolicies(ViewChange change)
    {
        var policies = _byKind.Values.SelectMany(all => all.Values).Where(resource => resource.Descriptor.Policy is not null).ToList();
        try
        {
            return MeshPolicies.Create(_catalog, policies, _destinations, Policies);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            policies.RemoveAll(policy => !CanRead(policy, change));
            return MeshPolicies.Create(_catalog, policies, _destinations, Policies);
        }
    }

    private bool CanRead(Resource policy, ViewChange change)
    {
        try
        {
            MeshPolicies.Create(_catalog, [policy], _destinations);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            change.Faults.Add((policy.Key, e));
            return false;
        }
    }

    private void Store(ResourceKey key, Resource? resource)
    {
        var all = Of(key.Kind);
        _byKind = _byKind.SetItem(key.Kind, resource is null ? all.Remove(key.Name) : all.SetItem(key.Name, resource));
    }

    private void TakeDataplane(string name, Resource? before, Resource? after, HashSet<string> dirty, ViewChange change)
    {
        if (SameWish(before, after))
        {
            return;
        }

        change.Dataplanes.Add(name);
        var labels = after is null ? null : LabelSet.Of(after.Labels);
        _selectors.AddCandidates(name, before is null ? null : _dataplaneLabels.LabelsOf(name), dirty);
        _selectors.AddCandidates(name, labels, dirty);
        _dataplaneLabels = _dataplaneLabels.With(name, labels);
    }

    private void TakeOther(ResourceKey key, Resource? before, Resource? after, HashSet<string> dirty, ViewChange change)
    {
        if (IsService(key.Kind))
        {
            TakeService(key, before, after, dirty, change);
        }
        else if ((after ?? before)?.Descriptor.Policy is not null)
        {
            if (SaysTheSame(before, after))
            {
                return;
            }

            change.Policies.Add(key);
            if (key.Kind == TargetKinds.MeshHTTPRoute)
            {
                var labels = after is null ? null : LabelSet.Of(after.Labels).With(ResourceLabels.DisplayName, after.DisplayName);
                _destinations = _destinations.With(key, after, labels);
            }
        }
    }

    private void TakeService(ResourceKey key, Resource? before, Resource? after, HashSet<string> dirty, ViewChange change)
    {
        var known = _services.TryGetValue(key, out var previous) ? previous : null;
        var next = after is null ? null : ServiceView.Of(after);
        if (next is not null && known is not null && key.Kind == TargetKinds.MeshMultiZoneService)
        {
            next = next with { Identities = known.Identities };
        }

        if (!Equals(known, next))
        {
            change.Services.Add(key);
            _services = next is null ? _services.Remove(key) : _services.SetItem(key, next);
            _destinations = _destinations.With(key, after, next?.Labels);
        }

        if (after is null)
        {
            _endpoints = _endpoints.Remove(key);
        }

        if (key.Kind == TargetKinds.MeshService && !SameWish(before, after))
        {
            _selectors = _selectors.With(key.Name, before, after);
            dirty.Add(key.Name);
        }
    }

    private void UpdateEndpoints(HashSet<string> dirty, bool remoteDirty, ViewChange change)
    {
        if (remoteDirty)
        {
            dirty.UnionWith(_services.Values.Where(service => service.IsRemote).Select(service => service.Name));
        }

        foreach (var name in dirty)
        {
            var key = new ResourceKey(TargetKinds.MeshService, Name, name);
            try
            {
                SetEndpoints(key, _services.TryGetValue(key, out var service) ? Endpoints(service) : null, change);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                change.Faults.Add((key, e));
            }
        }

        if (dirty.Count > 0 || change.Services.Count > 0)
        {
            foreach (var name in Of(TargetKinds.MeshMultiZoneService).Keys)
            {
                UpdateMultiZone(new ResourceKey(TargetKinds.MeshMultiZoneService, Name, name), change);
            }
        }
    }

    private ServiceEndpoints Endpoints(ServiceView service)
    {
        if (service.IsRemote)
        {
            return HasIdentities ? ServiceEndpoints.OfRemote(service, Of(MeshZoneAddress).Values) : ServiceEndpoints.None;
        }

        var spec = Find(service.Kind, service.Name)!.SpecAs<MeshServiceSpec>();
        var selected = ServiceSelectors.Select(spec.Selector, _dataplaneLabels).Select(name => Find(TargetKinds.Dataplane, name));
        return ServiceEndpoints.OfLocal(spec, selected.OfType<Resource>());
    }

    private void UpdateMultiZone(ResourceKey key, ViewChange change)
    {
        if (!_services.TryGetValue(key, out var service))
        {
            return;
        }

        var selector = Find(key.Kind, key.Name)!.SpecAs<MeshMultiZoneServiceSpec>().Selector?.MeshService?.MatchLabels;
        var members = selector is { Count: > 0 }
            ? SelectServices(TargetKinds.MeshService, selector).Where(member => !member.IsRemote || member.IsAvailable).ToList()
            : [];
        var identities = members.SelectMany(member => member.Identities).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var next = service with { Identities = FactList.From(identities) };
        if (!service.Equals(next))
        {
            change.Services.Add(key);
            _services = _services.SetItem(key, next);
        }

        var endpoints = members.Select(member => _endpoints.TryGetValue(KeyOf(member), out var set) ? set : ServiceEndpoints.None).ToList();
        SetEndpoints(key, ServiceEndpoints.OfAll(next, endpoints), change);
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
