using System.Collections.Immutable;
using Mesh.Model.Labels;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;

namespace Mesh.Zone.View;

/// <summary>
/// What policies of one mesh can name, by label and by KRI. Immutable; it knows nothing else of the view, so that merged
/// policies which keep it keep no old view alive.
/// </summary>
internal sealed class DestinationIndex : IDestinationIndex
{
    private readonly ImmutableDictionary<string, LabelIndex> _labels;
    private readonly ImmutableDictionary<(string Kind, string Name), Resource> _resources;
    private readonly ImmutableDictionary<Kri, Resource> _byKri;

    private DestinationIndex(
        Resource? mesh,
        ImmutableDictionary<string, LabelIndex> labels,
        ImmutableDictionary<(string Kind, string Name), Resource> resources,
        ImmutableDictionary<Kri, Resource> byKri)
    {
        Mesh = mesh;
        _labels = labels;
        _resources = resources;
        _byKri = byKri;
    }

    internal static DestinationIndex Empty { get; } = new(
        null,
        ImmutableDictionary.Create<string, LabelIndex>(StringComparer.Ordinal),
        ImmutableDictionary<(string Kind, string Name), Resource>.Empty,
        ImmutableDictionary<Kri, Resource>.Empty);

    /// <inheritdoc/>
    public object Version => this;

    /// <inheritdoc/>
    public Resource? Mesh { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Resource> FindAll(string kind, IReadOnlyDictionary<string, string> labels)
    {
        var found = Names(kind, labels)
            .Select(name => _resources.GetValueOrDefault((kind, name)))
            .OfType<Resource>().ToList();
        found.Sort(ListDestinationIndex.ByAge);
        return found;
    }

    /// <inheritdoc/>
    public Resource? Find(Kri kri) => _byKri.GetValueOrDefault(kri.WithSection(""));

    /// <summary>Names of the destinations with all these labels.</summary>
    internal IEnumerable<string> Names(string kind, IReadOnlyDictionary<string, string> labels) =>
        _labels.TryGetValue(kind, out var index) ? index.Select(labels) : [];

    /// <summary>The index with another Mesh.</summary>
    internal DestinationIndex WithMesh(Resource? mesh) =>
        mesh?.Name == Mesh?.Name ? this : new DestinationIndex(mesh, _labels, _resources, _byKri);

    /// <summary>The index after a destination changed; the same one when its labels did not.</summary>
    internal DestinationIndex With(ResourceKey key, Resource? resource, LabelSet? labels)
    {
        var index = _labels.TryGetValue(key.Kind, out var known) ? known : LabelIndex.Empty;
        var next = index.With(key.Name, labels);
        if (ReferenceEquals(index, next))
        {
            return this;
        }

        var byKri = _resources.TryGetValue((key.Kind, key.Name), out var before) ? _byKri.Remove(before.GetKri()) : _byKri;
        return new DestinationIndex(
            Mesh,
            _labels.SetItem(key.Kind, next),
            resource is null ? _resources.Remove((key.Kind, key.Name)) : _resources.SetItem((key.Kind, key.Name), resource),
            resource is null ? byKri : byKri.SetItem(resource.GetKri(), resource));
    }
}
