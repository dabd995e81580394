using Mesh.Model.Kinds;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>The services of a view by the names that reachable backends use, so that few of many need not be looked for among all.</summary>
internal sealed class ServiceNames
{
    private readonly IReadOnlyList<ServiceView> _services;
    private readonly Dictionary<(string Kind, string Name), List<int>> _byName = [];

    internal ServiceNames(MeshView view)
    {
        _services = view.Services;
        for (var i = 0; i < _services.Count; i++)
        {
            var service = _services[i];
            Add(service.Kind, service.Name, i);
            if (service.Kri.Name != service.Name)
            {
                Add(service.Kind, service.Kri.Name, i);
            }
        }
    }

    /// <summary>Every service that one of the references can mean, and perhaps others, in the order of the view.</summary>
    internal IEnumerable<ServiceView> MayMean(ReachableBackends reachable)
    {
        var found = new SortedSet<int>();
        foreach (var reference in reachable.Refs ?? [])
        {
            if (string.IsNullOrEmpty(reference.Name))
            {
                return _services;
            }

            if (_byName.TryGetValue((reference.Kind ?? "", reference.Name), out var indexes))
            {
                found.UnionWith(indexes);
            }
        }

        return found.Select(index => _services[index]);
    }

    private void Add(string kind, string name, int index)
    {
        if (!_byName.TryGetValue((kind, name), out var indexes))
        {
            _byName.Add((kind, name), indexes = []);
        }

        indexes.Add(index);
    }
}
