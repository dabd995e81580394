using System.Collections.Immutable;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;

namespace Mesh.Zone.View;

/// <summary>Which MeshServices may select a Dataplane, found from the Dataplane's name and labels. Immutable.</summary>
internal sealed class ServiceSelectors
{
    private readonly ImmutableDictionary<KeyValuePair<string, string>, ImmutableHashSet<string>> _byPair;
    private readonly ImmutableDictionary<string, ImmutableHashSet<string>> _byDataplane;
    private readonly ImmutableHashSet<string> _ofAll;

    private ServiceSelectors(
        ImmutableDictionary<KeyValuePair<string, string>, ImmutableHashSet<string>> byPair,
        ImmutableDictionary<string, ImmutableHashSet<string>> byDataplane,
        ImmutableHashSet<string> ofAll)
    {
        _byPair = byPair;
        _byDataplane = byDataplane;
        _ofAll = ofAll;
    }

    internal static ServiceSelectors Empty { get; } = new(
        ImmutableDictionary.Create<KeyValuePair<string, string>, ImmutableHashSet<string>>(LabelPairComparer.Instance),
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    internal ServiceSelectors With(string service, Resource? before, Resource? after)
    {
        var without = before is null ? this : Change(service, before.SpecAs<MeshServiceSpec>().Selector, add: false);
        return after is null ? without : without.Change(service, after.SpecAs<MeshServiceSpec>().Selector, add: true);
    }

    /// <summary>Adds the services that may select a Dataplane; whether they do is for their selectors to say.</summary>
    internal void AddCandidates(string dataplane, LabelSet? labels, HashSet<string> services)
    {
        services.UnionWith(_ofAll);
        if (_byDataplane.TryGetValue(dataplane, out var named))
        {
            services.UnionWith(named);
        }

        foreach (var pair in labels?.Pairs ?? [])
        {
            if (_byPair.TryGetValue(pair, out var labelled))
            {
                services.UnionWith(labelled);
            }
        }
    }

    /// <summary>Names of the Dataplanes that a service selects.</summary>
    internal static IEnumerable<string> Select(MeshServiceSelector? selector, LabelIndex dataplanes)
    {
        if (selector?.DataplaneRef?.Name is { Length: > 0 } name)
        {
            return [name];
        }

        return selector?.DataplaneLabels is { } labels ? dataplanes.Select(labels.MatchLabels ?? LabelSet.Empty) : [];
    }

    private ServiceSelectors Change(string service, MeshServiceSelector? selector, bool add)
    {
        if (selector?.DataplaneRef?.Name is { Length: > 0 } name)
        {
            return new ServiceSelectors(_byPair, Change(_byDataplane, name, service, add), _ofAll);
        }

        if (selector?.DataplaneLabels is not { } labels)
        {
            return this;
        }

        if (labels.MatchLabels is not { Count: > 0 } pairs)
        {
            return new ServiceSelectors(_byPair, _byDataplane, add ? _ofAll.Add(service) : _ofAll.Remove(service));
        }

        // One pair of the selector is enough to find it by: whoever lacks that pair is not selected.
        var first = pairs.MinBy(pair => pair.Key, StringComparer.Ordinal);
        return new ServiceSelectors(Change(_byPair, first, service, add), _byDataplane, _ofAll);
    }

    private static ImmutableDictionary<TKey, ImmutableHashSet<string>> Change<TKey>(
        ImmutableDictionary<TKey, ImmutableHashSet<string>> map, TKey key, string service, bool add)
        where TKey : notnull
    {
        var set = map.TryGetValue(key, out var known) ? known : ImmutableHashSet.Create<string>(StringComparer.Ordinal);
        set = add ? set.Add(service) : set.Remove(service);
        return set.IsEmpty ? map.Remove(key) : map.SetItem(key, set);
    }
}
