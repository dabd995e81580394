using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Control.Loop;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control.Services;

/// <summary>
/// Virtual addresses and host names of all services. Decided one service after the other, the oldest first, because both are
/// scarce: two services never share an address, and in a mesh no two share a name.
/// </summary>
internal sealed class ServiceNaming
{
    private static readonly string[] _kinds = [MeshServiceKind.Name, MeshExternalServiceKind.Name, MeshMultiZoneServiceKind.Name];

    private readonly Dictionary<string, VipPool> _pools;
    private readonly HostnameTable _hostnames = new();
    private readonly HashSet<string> _exhausted = new(StringComparer.Ordinal);
    private readonly ILogger _logger;

    /// <summary>Nothing given yet.</summary>
    /// <exception cref="FormatException">A range in the options is none.</exception>
    public ServiceNaming(ZoneControlOptions options, ILogger logger)
    {
        _logger = logger;
        _pools = new Dictionary<string, VipPool>(StringComparer.Ordinal)
        {
            [MeshServiceKind.Name] = new VipPool(options.MeshServiceCidr),
            [MeshExternalServiceKind.Name] = new VipPool(options.MeshExternalServiceCidr),
            [MeshMultiZoneServiceKind.Name] = new VipPool(options.MeshMultiZoneServiceCidr),
        };
    }

    /// <summary>Services that a change touches as far as names and addresses go, except the changed service itself.</summary>
    public IEnumerable<ResourceKey> Observe(in ObservedChange change, ControlView view)
    {
        if (_pools.TryGetValue(change.Kind, out var pool))
        {
            // What a status says from an earlier life is kept: addresses survive restarts.
            if (change.After is { } service && AddressIn(service) is { } address && !pool.TryGet(service.Key, out _))
            {
                pool.TryHold(service.Key, address);
            }

            return [];
        }

        return change.Kind == HostnameGeneratorKind.Name ? ServicesOf(change, view) : [];
    }

    /// <summary>Gives addresses and names to services that lack them and takes back those of services that are gone.</summary>
    /// <returns>Other services that won or lost a name by it.</returns>
    public IReadOnlyCollection<ResourceKey> Prepare(IEnumerable<ResourceKey> services, ControlView view)
    {
        var touched = new HashSet<ResourceKey>();
        var generators = view.Global(HostnameGeneratorKind.Name).Values;
        var found = services.Select(key => (Key: key, Service: view.Find(key))).ToList();
        foreach (var (key, service) in found.Where(pair => pair.Service is null))
        {
            _pools[key.Kind].Release(key);
            touched.UnionWith(_hostnames.Set(key, default, []));
        }

        foreach (var service in found.Select(pair => pair.Service).OfType<Resource>().OrderBy(service => service.CreationTime).ThenBy(service => service.Key))
        {
            Allocate(service.Key);
            touched.UnionWith(_hostnames.Set(service.Key, service.CreationTime, HostnameClaims.Evaluate(service, generators)));
        }

        return touched;
    }

    /// <summary>The address of a service, or null.</summary>
    public Vip? VipOf(ResourceKey service) => _pools[service.Kind].TryGet(service, out var address) ? new Vip { Ip = address } : null;

    /// <summary>Host names of a service, and what its generators did.</summary>
    public (IReadOnlyList<HostnameAddress>? Addresses, IReadOnlyList<HostnameGeneratorStatus>? Generators) NamesOf(ResourceKey service)
    {
        var (addresses, generators) = _hostnames.StatusOf(service);
        return (addresses.Count > 0 ? addresses : null, generators.Count > 0 ? generators : null);
    }

    private static string? AddressIn(Resource service) => service.Status switch
    {
        MeshServiceStatus status => FirstOf(status.Vips),
        MeshMultiZoneServiceStatus status => FirstOf(status.Vips),
        MeshExternalServiceStatus status => status.Vip?.Ip,
        _ => null,
    };

    private static string? FirstOf(IReadOnlyList<Vip>? vips) => vips is [var first, ..] ? first.Ip : null;

    private static List<ResourceKey> ServicesOf(in ObservedChange change, ControlView view)
    {
        var before = change.Before?.SpecAs<HostnameGeneratorSpec>().Selector;
        var after = change.After?.SpecAs<HostnameGeneratorSpec>().Selector;
        var kinds = _kinds.Where(kind => HostnameClaims.Selector(before, kind) is not null || HostnameClaims.Selector(after, kind) is not null).ToList();
        return [.. view.Meshes.SelectMany(mesh => kinds.SelectMany(kind => mesh.Of(kind).Values)).Select(service => service.Key)];
    }

    private void Allocate(ResourceKey service)
    {
        var pool = _pools[service.Kind];
        if (pool.TryAllocate(service, out _))
        {
            _exhausted.Remove(pool.Cidr);
        }
        else if (_exhausted.Add(pool.Cidr))
        {
            ControlLog.AddressesExhausted(_logger, pool.Cidr, service.ToString());
        }
    }
}
