using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>Destinations of one mesh from a plain list: for inspection of what a store holds, and for tests.</summary>
public sealed class ListDestinationIndex : IDestinationIndex
{
    private readonly Dictionary<string, List<Resource>> _byKind = new(StringComparer.Ordinal);
    private readonly Dictionary<Kri, Resource> _byKri = [];

    /// <summary>Takes what belongs to <paramref name="mesh"/> and can be a destination; the rest is passed over.</summary>
    public ListDestinationIndex(string mesh, IEnumerable<Resource> resources)
    {
        foreach (var resource in resources)
        {
            if (resource.Kind == TargetKinds.Mesh)
            {
                Mesh = resource.Name == mesh ? resource : Mesh;
            }
            else if (resource.Mesh == mesh)
            {
                Add(resource);
            }
        }

        foreach (var list in _byKind.Values)
        {
            list.Sort(ByAge);
        }
    }

    /// <inheritdoc/>
    public object Version => this;

    /// <inheritdoc/>
    public Resource? Mesh { get; }

    /// <summary>Older first, then by name: of several that match, the first is taken.</summary>
    public static int ByAge(Resource left, Resource right)
    {
        var order = left.CreationTime.CompareTo(right.CreationTime);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Resource> FindAll(string kind, IReadOnlyDictionary<string, string> labels) =>
        _byKind.TryGetValue(kind, out var list) ? list.FindAll(resource => LabelMatch.Matches(resource, labels)) : [];

    /// <inheritdoc/>
    public Resource? Find(Kri kri) => _byKri.GetValueOrDefault(kri.WithSection(""));

    private void Add(Resource resource)
    {
        if (!_byKind.TryGetValue(resource.Kind, out var list))
        {
            list = [];
            _byKind.Add(resource.Kind, list);
        }

        list.Add(resource);
        if (resource.Descriptor.ShortName.Length > 0)
        {
            _byKri.TryAdd(resource.GetKri(), resource);
        }
    }
}
