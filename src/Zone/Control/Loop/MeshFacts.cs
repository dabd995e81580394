using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Loop;

/// <summary>What is known of one mesh.</summary>
/// <param name="name">Name of the mesh.</param>
/// <param name="selectors">Answers selectors; null: nobody asks for them or for an order, and they cost nothing.</param>
internal sealed class MeshFacts(string name, SelectorIndex? selectors = null)
{
    private static readonly SortedDictionary<string, Resource> _none = [];

    // Each a dictionary, sorted where somebody asks for an order.
    private readonly Dictionary<string, IReadOnlyDictionary<string, Resource>> _byKind = new(StringComparer.Ordinal);

    /// <summary>Name of the mesh.</summary>
    public string Name { get; } = name;

    /// <summary>True when nothing is left of it.</summary>
    public bool IsEmpty => _byKind.Values.All(all => all.Count == 0);

    /// <summary>Everything in it.</summary>
    public IEnumerable<Resource> Resources => _byKind.Values.SelectMany(all => all.Values);

    /// <summary>How many there are of each kind.</summary>
    public IEnumerable<KeyValuePair<string, int>> Counts => _byKind.Select(pair => new KeyValuePair<string, int>(pair.Key, pair.Value.Count));

    private SelectorIndex Selectors => selectors ?? throw new InvalidOperationException("this view does not answer selectors");

    /// <summary>The resources of a kind, by name; in order of their names where selectors are answered.</summary>
    public IReadOnlyDictionary<string, Resource> Of(string kind) => _byKind.TryGetValue(kind, out var all) ? all : _none;

    /// <summary>Finds a resource.</summary>
    public Resource? Find(string kind, string name) => Of(kind).TryGetValue(name, out var resource) ? resource : null;

    /// <summary>The Dataplanes with all these labels, by name.</summary>
    public IEnumerable<Resource> SelectDataplanes(IReadOnlyDictionary<string, string> labels) =>
        Selectors.SelectDataplanes(labels).Select(name => Find(DataplaneKind.Name, name)).OfType<Resource>();

    /// <summary>The Dataplanes that a MeshService means, by name.</summary>
    public IEnumerable<Resource> SelectDataplanes(MeshServiceSelector? selector) =>
        Selectors.SelectDataplanes(selector).Select(name => Find(DataplaneKind.Name, name)).OfType<Resource>();

    /// <summary>The MeshServices with all these labels, by name.</summary>
    public IEnumerable<Resource> SelectServices(IReadOnlyDictionary<string, string> labels) =>
        Selectors.SelectServices(labels).Select(name => Find(MeshServiceKind.Name, name)).OfType<Resource>();

    /// <summary>Names of the MeshServices that may mean a Dataplane with these labels; their selectors decide.</summary>
    public IReadOnlyCollection<string> ServicesThatMaySelect(string dataplane, IReadOnlyDictionary<string, string> labels)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Selectors.AddServicesThatMaySelect(dataplane, labels, names);
        return names;
    }

    /// <summary>Takes a change in.</summary>
    public void Apply(ResourceKey key, Resource? before, Resource? after)
    {
        if (!_byKind.TryGetValue(key.Kind, out var all))
        {
            _byKind[key.Kind] = all = selectors is null
                ? new Dictionary<string, Resource>(StringComparer.Ordinal)
                : new SortedDictionary<string, Resource>(StringComparer.Ordinal);
        }

        ControlView.Put((IDictionary<string, Resource>)all, key.Name, after);
        selectors?.Apply(key, before, after);
    }
}
