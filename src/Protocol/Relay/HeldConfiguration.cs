namespace Mesh.Protocol.Relay;

/// <summary>What one proxy has accepted: resources by type URL and name. Immutable.</summary>
public sealed class HeldConfiguration
{
    private readonly Dictionary<string, Dictionary<string, HeldResource>> _types;

    /// <summary>A configuration of these resources; the dictionaries are taken over.</summary>
    public HeldConfiguration(Dictionary<string, Dictionary<string, HeldResource>> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        _types = types;
        foreach (var resources in types.Values)
        {
            Count += resources.Count;
        }
    }

    /// <summary>Nothing.</summary>
    public static HeldConfiguration Empty { get; } = new([]);

    /// <summary>Number of resources.</summary>
    public int Count { get; }

    /// <summary>Type URLs.</summary>
    public IReadOnlyCollection<string> Types => _types.Keys;

    /// <summary>Resources of a type by name; empty for a type that is not held.</summary>
    public IReadOnlyDictionary<string, HeldResource> Of(string typeUrl) =>
        _types.TryGetValue(typeUrl, out var resources) ? resources : [];

    /// <summary>One resource; null when it is not held.</summary>
    public HeldResource? Find(string typeUrl, string name) =>
        _types.TryGetValue(typeUrl, out var resources) && resources.TryGetValue(name, out var resource) ? resource : null;

    /// <summary>The same without some resources of one type.</summary>
    public HeldConfiguration Without(string typeUrl, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0 || !_types.TryGetValue(typeUrl, out var resources))
        {
            return this;
        }

        var rest = new Dictionary<string, HeldResource>(resources, StringComparer.Ordinal);
        foreach (var name in names)
        {
            rest.Remove(name);
        }

        return new HeldConfiguration(new Dictionary<string, Dictionary<string, HeldResource>>(_types, StringComparer.Ordinal) { [typeUrl] = rest });
    }
}
