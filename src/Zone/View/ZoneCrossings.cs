using System.Collections.Immutable;
using System.Net;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Zone.Identity;

namespace Mesh.Zone.View;

/// <summary>What traffic passes that leaves this zone: the ways into other zones, and the zone egresses here. Immutable.</summary>
internal sealed class ZoneCrossings
{
    private readonly ImmutableSortedDictionary<string, FactList<HostAddress>> _addresses;

    private ZoneCrossings(ImmutableSortedDictionary<string, FactList<HostAddress>> addresses) => _addresses = addresses;

    internal static ZoneCrossings None { get; } = new(ImmutableSortedDictionary.Create<string, FactList<HostAddress>>(StringComparer.Ordinal));

    /// <summary>Listeners of zone egresses that can take traffic, sorted.</summary>
    internal FactList<HostAddress> Egresses { get; private init; } = [];

    /// <summary>Those of them that have an identity: only they can end TLS, which calls to the outside need.</summary>
    internal FactList<HostAddress> EgressesWithIdentity { get; private init; } = [];

    /// <summary>SPIFFE ids of the latter, sorted.</summary>
    internal FactList<string> EgressIds { get; private init; } = [];

    /// <summary>Where a zone takes traffic from others, sorted; empty: it says nothing of it.</summary>
    internal FactList<HostAddress> AddressesOf(string zone) => _addresses.TryGetValue(zone, out var known) ? known : [];

    /// <summary>Reads the ways into other zones off the MeshZoneAddresses of a mesh.</summary>
    internal ZoneCrossings WithAddresses(IEnumerable<Resource> zoneAddresses)
    {
        var byZone = new SortedDictionary<string, SortedSet<HostAddress>>(StringComparer.Ordinal);
        foreach (var resource in zoneAddresses)
        {
            var spec = resource.SpecAs<MeshZoneAddressSpec>();
            if (spec is not { Address: { Length: > 0 } host, Port: > 0 and <= ushort.MaxValue and var port })
            {
                continue;
            }

            var zone = resource.Label(ResourceLabels.Zone);
            if (!byZone.TryGetValue(zone, out var addresses))
            {
                byZone.Add(zone, addresses = new SortedSet<HostAddress>(Comparer<HostAddress>.Create(HostAddress.Compare)));
            }

            addresses.Add(new HostAddress(host, (uint)port));
        }

        var all = byZone.Select(pair => KeyValuePair.Create(pair.Key, FactList.From(pair.Value)));
        return new ZoneCrossings(None._addresses.AddRange(all))
        {
            Egresses = Egresses,
            EgressesWithIdentity = EgressesWithIdentity,
            EgressIds = EgressIds,
        };
    }

    /// <summary>Reads the zone egresses off their Dataplanes.</summary>
    /// <param name="dataplanes">Those with listeners of zone egresses.</param>
    /// <param name="identities">All MeshIdentities of the mesh.</param>
    /// <param name="zone">This zone.</param>
    /// <param name="environment">Its environment.</param>
    internal ZoneCrossings WithEgresses(IEnumerable<Resource> dataplanes, IReadOnlyCollection<Resource> identities, string zone, string environment)
    {
        var all = new List<HostAddress>();
        var identified = new List<HostAddress>();
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var dataplane in dataplanes)
        {
            var listeners = ReadyEgresses(dataplane).ToList();
            if (listeners.Count == 0)
            {
                continue;
            }

            all.AddRange(listeners);

            // Ids of all identities that select it, not only the one in use: callers go on trusting it while it moves from one to another.
            var own = identities.Where(identity => IdentitySelection.Selects(identity, dataplane.Labels)).ToList();
            if (own.Count > 0)
            {
                identified.AddRange(listeners);
            }

            foreach (var identity in own)
            {
                if (IdentitySelection.TryRender(identity, dataplane, zone, environment, out var id, out _))
                {
                    ids.Add(id.ToString());
                }
            }
        }

        return new ZoneCrossings(_addresses)
        {
            Egresses = Sorted(all),
            EgressesWithIdentity = Sorted(identified),
            EgressIds = FactList.From(ids),
        };
    }

    /// <summary>True for a Dataplane with a listener of a zone egress.</summary>
    internal static bool IsEgress(Resource? dataplane) =>
        dataplane?.SpecAs<DataplaneSpec>().Networking?.Listeners?.Any(listener => listener.Type == DataplaneListener.ZoneEgress) == true;

    /// <summary>The zones whose addresses differ between the two.</summary>
    internal IEnumerable<string> ZonesThatDiffer(ZoneCrossings other) =>
        _addresses.Keys.Union(other._addresses.Keys).Where(zone => !AddressesOf(zone).Equals(other.AddressesOf(zone)));

    /// <summary>True when both have the same egresses, known by the same ids.</summary>
    internal bool HasSameEgresses(ZoneCrossings other) =>
        Egresses.Equals(other.Egresses) && EgressesWithIdentity.Equals(other.EgressesWithIdentity) && EgressIds.Equals(other.EgressIds);

    private static IEnumerable<HostAddress> ReadyEgresses(Resource dataplane)
    {
        var networking = dataplane.SpecAs<DataplaneSpec>().Networking;
        foreach (var listener in networking?.Listeners ?? [])
        {
            var address = string.IsNullOrEmpty(listener.Address) ? networking!.Address : listener.Address;
            if (listener.Type == DataplaneListener.ZoneEgress && listener.State is null or "" or DataplaneListener.Ready && IPAddress.TryParse(address, out _))
            {
                yield return new HostAddress(address, listener.Port);
            }
        }
    }

    private static FactList<HostAddress> Sorted(List<HostAddress> addresses)
    {
        addresses.Sort(HostAddress.Compare);
        return FactList.From(addresses.Distinct());
    }
}
