using System.Net;

namespace Mesh.Zone.View;

/// <summary>The endpoints of one port of a service: sorted, immutable, equal by content, with the hash computed once.</summary>
public sealed class EndpointSet : IEquatable<EndpointSet>
{
    private readonly Endpoint[] _items;
    private readonly int _hash;
    private EndpointSet? _here;
    private byte _hasNames;

    private EndpointSet(Endpoint[] sorted)
    {
        _items = sorted;
        var hash = default(HashCode);
        foreach (var item in sorted)
        {
            hash.Add(item);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>No endpoints.</summary>
    public static EndpointSet Empty { get; } = new([]);

    /// <summary>The endpoints, by priority, zone, address and port.</summary>
    public IReadOnlyList<Endpoint> Items => _items;

    /// <summary>Those of this zone.</summary>
    public EndpointSet Here => _here ??= Array.TrueForAll(_items, item => item.Priority == 0) ? this : Of(_items.Where(item => item.Priority == 0));

    /// <summary>Some are named by host: somebody has to resolve them.</summary>
    public bool HasNames
    {
        get
        {
            if (_hasNames == 0)
            {
                _hasNames = Array.TrueForAll(_items, item => IPAddress.TryParse(item.Address, out _)) ? (byte)1 : (byte)2;
            }

            return _hasNames == 2;
        }
    }

    /// <summary>A set of the endpoints; of two with the same address and port in one locality the first counts.</summary>
    public static EndpointSet Of(IEnumerable<Endpoint> endpoints)
    {
        var sorted = endpoints.ToList();
        if (sorted.Count == 0)
        {
            return Empty;
        }

        sorted.Sort(Endpoint.Compare);
        var kept = new List<Endpoint>(sorted.Count);
        foreach (var endpoint in sorted)
        {
            if (kept.Count == 0 || Endpoint.Compare(kept[^1], endpoint) != 0)
            {
                kept.Add(endpoint);
            }
        }

        return new EndpointSet([.. kept]);
    }

    /// <inheritdoc/>
    public bool Equals(EndpointSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _items.AsSpan().SequenceEqual(other._items));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EndpointSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
