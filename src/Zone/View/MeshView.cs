using System.Collections.Immutable;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies;
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
    private static readonly ImmutableSortedDictionary<string, Resource> _noResources =
        ImmutableSortedDictionary.Create<string, Resource>(StringComparer.Ordinal);

    private ImmutableDictionary<string, ImmutableSortedDictionary<string, Resource>> _byKind =
        ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, Resource>>(StringComparer.Ordinal);

    private ImmutableSortedSet<string> _egresses = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private LabelIndex _dataplaneLabels = LabelIndex.Empty;
    private ServiceSelectors _selectors = ServiceSelectors.Empty;
    private DestinationIndex _destinations = DestinationIndex.Empty;
    private readonly ServiceTable _services;
    private readonly PolicyCatalog _catalog;
    private TrustedDomains? _trust;

    /// <summary>An empty view of a mesh that is not known yet.</summary>
    /// <param name="name">Name of the mesh.</param>
    /// <param name="zone">Zone of this control plane.</param>
    /// <param name="catalog">The policies that edit configuration.</param>
    /// <param name="environment">Environment of this zone: <c>universal</c> or <c>kubernetes</c>.</param>
    public MeshView(string name, string zone, PolicyCatalog catalog, string environment = "universal")
    {
        Name = name;
        Zone = zone;
        Environment = environment;
        _catalog = catalog;
        _services = new ServiceTable();
    }

    private MeshView(MeshView previous)
    {
        Name = previous.Name;
        Zone = previous.Zone;
        Environment = previous.Environment;
        _byKind = previous._byKind;
        _services = new ServiceTable(previous._services);
        _egresses = previous._egresses;
        _trust = previous._trust;
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

    /// <summary>Environment of this zone.</summary>
    public string Environment { get; }

    /// <summary>The Mesh, or null when there is none of this name.</summary>
    public Resource? Mesh => Find(TargetKinds.Mesh, Name);

    /// <summary>Some proxies of the mesh have a workload identity.</summary>
    public bool HasIdentities => !Of(MeshIdentityKind.Name).IsEmpty;

    /// <summary>Calls to other zones leave through the zone egresses of this one.</summary>
    public bool UsesZoneEgress => ((MeshSpec?)Mesh?.Spec)?.Routing?.ZoneEgress == true;

    /// <summary>Whom the proxies trust.</summary>
    public TrustedDomains Trust => _trust ??= TrustedDomains.Of(Of(MeshTrustKind.Name).Values);

    /// <summary>All services, in the order of their KRIs.</summary>
    public IReadOnlyList<ServiceView> Services => _services.Sorted;

    /// <summary>The Dataplanes with listeners of zone egresses, by name.</summary>
    internal IEnumerable<Resource> Egresses => _egresses.Select(name => Find(TargetKinds.Dataplane, name)).OfType<Resource>();

    /// <summary>What the policies of the mesh say about its proxies.</summary>
    public MeshPolicies Policies { get; private set; } = MeshPolicies.Empty;

    /// <summary>The resources of a kind, by name.</summary>
    public ImmutableSortedDictionary<string, Resource> Of(string kind) => _byKind.TryGetValue(kind, out var all) ? all : _noResources;

    /// <summary>A resource, or null.</summary>
    public Resource? Find(string kind, string name) => Of(kind).TryGetValue(name, out var resource) ? resource : null;

    /// <summary>A service, or null.</summary>
    public ServiceView? FindService(string kind, string name) => _services.Find(new ResourceKey(kind, Name, name));

    /// <summary>The service that a selector by label means, the oldest of those that satisfy it; or null.</summary>
    public ServiceView? FindService(string kind, IReadOnlyDictionary<string, string> labels) =>
        SelectServices(kind, labels).OrderBy(service => service.CreationTime).ThenBy(service => service.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>The services that a selector by label satisfies, by name.</summary>
    public IEnumerable<ServiceView> SelectServices(string kind, IReadOnlyDictionary<string, string> labels) =>
        _destinations.Names(kind, labels).Select(name => FindService(kind, name)).OfType<ServiceView>();

    /// <summary>Where proxies of this zone call a service's port.</summary>
    public EndpointSet EndpointsOf(ServiceView service, string section) => _services.EndpointsOf(service).Find(section);

    /// <summary>The ways into the other zones in which a service's port is served, for an egress that passes its traffic on.</summary>
    public EndpointSet WaysTo(ServiceView service, string section) => _services.WaysTo(service, section, this);

    /// <summary>Names of the Dataplanes with all these labels.</summary>
    public IEnumerable<string> SelectDataplanes(IReadOnlyDictionary<string, string> labels) => _dataplaneLabels.Select(labels);

    /// <summary>The Dataplanes that a MeshService means.</summary>
    internal IEnumerable<Resource> SelectDataplanes(MeshServiceSelector? selector) =>
        ServiceSelectors.Select(selector, _dataplaneLabels).Select(name => Find(TargetKinds.Dataplane, name)).OfType<Resource>();

    /// <summary>
    /// The MeshIdentity of a proxy with these labels: most labels in its selector wins, then the smallest name; none
    /// without a selector (contract §3.9).
    /// </summary>
    public Resource? FindIdentity(LabelSet labels)
    {
        Resource? best = null;
        var bestCount = -1;
        foreach (var identity in Of(MeshIdentityKind.Name).Values)
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
        var work = new ServiceWork();
        foreach (var (key, resource) in batch.Resources)
        {
            try
            {
                Take(key, resource, work, change);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // One resource that cannot be read stops no other.
                change.Faults.Add((key, e));
            }
        }

        work.AllRemote |= UsesZoneEgress != change.Before.UsesZoneEgress || HasIdentities != change.Before.HasIdentities;
        _services.Update(work, this, change);
        if (change.Policies.Count > 0 || !ReferenceEquals(_destinations, change.Before._destinations))
        {
            Policies = ReadPolicies(change);
        }

        return this;
    }

    private void Take(ResourceKey key, Resource? resource, ServiceWork work, ViewChange change)
    {
        var before = Find(key.Kind, key.Name);
        if (ReferenceEquals(before, resource))
        {
            return;
        }

        Store(key, resource);
        switch (key.Kind)
        {
            case TargetKinds.Mesh:
                change.IsMeshChanged = true;
                _destinations = _destinations.WithMesh(resource);
                break;
            case TargetKinds.Dataplane:
                TakeDataplane(key.Name, before, resource, work, change);
                break;
            case MeshIdentityKind.Name:
                change.Identities.Add(key);
                work.Egresses = true;
                break;
            case MeshTrustKind.Name:
                change.IsTrustChanged = true;
                _trust = null;
                break;
            case MeshZoneAddressKind.Name:
                work.ZoneAddresses = true;
                break;
            case SecretKind.Name:
                change.Secrets.Add(key);
                break;
            default:
                TakeOther(key, before, resource, work, change);
                break;
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

    private void TakeDataplane(string name, Resource? before, Resource? after, ServiceWork work, ViewChange change)
    {
        if (SameWish(before, after))
        {
            return;
        }

        change.Dataplanes.Add(name);
        var labels = after is null ? null : LabelSet.Of(after.Labels);
        _selectors.AddCandidates(name, before is null ? null : _dataplaneLabels.LabelsOf(name), work.MeshServices);
        _selectors.AddCandidates(name, labels, work.MeshServices);
        _dataplaneLabels = _dataplaneLabels.With(name, labels);
        if (ZoneCrossings.IsEgress(after))
        {
            _egresses = _egresses.Add(name);
            work.Egresses = true;
        }
        else if (_egresses.Contains(name))
        {
            _egresses = _egresses.Remove(name);
            work.Egresses = true;
        }
    }

    private void TakeOther(ResourceKey key, Resource? before, Resource? after, ServiceWork work, ViewChange change)
    {
        if (IsService(key.Kind))
        {
            TakeService(key, before, after, work, change);
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

    private void TakeService(ResourceKey key, Resource? before, Resource? after, ServiceWork work, ViewChange change)
    {
        if (_services.Take(key, after))
        {
            change.Services.Add(key);
            _destinations = _destinations.With(key, after, _services.Find(key)?.Labels);
        }

        if (SameWish(before, after))
        {
            return;
        }

        if (key.Kind == TargetKinds.MeshService)
        {
            _selectors = _selectors.With(key.Name, before, after);
            work.MeshServices.Add(key.Name);
        }
        else if (key.Kind == TargetKinds.MeshMultiZoneService)
        {
            work.MultiZoneServices.Add(key.Name);
        }
        else
        {
            change.IsOutsideChanged = true;
        }
    }
}
