using System.Diagnostics.Metrics;
using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads;

/// <summary>An <see cref="ObservedCount"/> for each type of resources, told apart by tag <c>type</c>. Safe for concurrent use; counting allocates nothing but for a type's first.</summary>
internal sealed class ObservedTypeCounts
{
    private readonly Lock _lock = new();

    // A handful; what is in it never changes.
    private volatile OfType[] _counts = [];

    /// <summary>Counts one.</summary>
    public void Add(XdsType type)
    {
        var name = type.ShortName;
        (Find(_counts, name) ?? Begin(name)).Add(1);
    }

    /// <summary>The counts now, of types that there are any of.</summary>
    public IEnumerable<Measurement<long>> Read() => _counts.Select(known => new Measurement<long>(known.Count.Value, new KeyValuePair<string, object?>("type", known.Type)));

    private static ObservedCount? Find(OfType[] counts, string type)
    {
        foreach (var known in counts)
        {
            if (known.Type == type)
            {
                return known.Count;
            }
        }

        return null;
    }

    private ObservedCount Begin(string type)
    {
        lock (_lock)
        {
            if (Find(_counts, type) is { } known)
            {
                return known;
            }

            var count = new ObservedCount();
            _counts = [.. _counts, new OfType(type, count)];
            return count;
        }
    }

    private readonly record struct OfType(string Type, ObservedCount Count);
}
