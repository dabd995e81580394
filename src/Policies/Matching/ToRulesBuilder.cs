using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// Merges the <c>to</c> entries of matched policies per destination (contract §2.4). A destination gets a rule when some
/// entry names it; what is merged for it is every entry that concerns it: those about the mesh, those about it as a whole
/// and, for a section, those about the section.
/// </summary>
internal sealed class ToRulesBuilder
{
    private readonly IDestinationIndex _destinations;
    private readonly ConfCache _confs;
    private readonly List<DocumentTo> _entries;
    private readonly List<int> _aboutMesh = [];
    private readonly Dictionary<Kri, (Resource Resource, List<int> Entries)> _byTarget = [];
    private readonly List<Kri> _order = [];

    private ToRulesBuilder(List<DocumentTo> entries, ConfCache confs, IDestinationIndex destinations)
    {
        _entries = entries;
        _confs = confs;
        _destinations = destinations;
    }

    internal static ToRules Build(PolicyDocument[] documents, ConfCache confs, IDestinationIndex destinations)
    {
        var entries = new List<DocumentTo>();
        foreach (var document in documents)
        {
            entries.AddRange(document.To);
        }

        if (entries.Count == 0)
        {
            return ToRules.None;
        }

        return new ToRulesBuilder(Sort(entries), confs, destinations).Build();
    }

    /// <summary>Weakest first; stable.</summary>
    internal static List<DocumentTo> Sort(List<DocumentTo> entries)
    {
        var indexed = new (DocumentTo Entry, int Index)[entries.Count];
        for (var i = 0; i < indexed.Length; i++)
        {
            indexed[i] = (entries[i], i);
        }

        Array.Sort(indexed, static (left, right) =>
        {
            var order = left.Entry.CompareTo(right.Entry);
            return order != 0 ? order : left.Index.CompareTo(right.Index);
        });
        return [.. indexed.Select(pair => pair.Entry)];
    }

    private ToRules Build()
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            Resolve(i, _entries[i].Target);
        }

        var rules = new List<ResourceRule>(_order.Count);
        foreach (var target in _order)
        {
            var (resource, own) = _byTarget[target];
            rules.Add(Merge(target, resource, Relevant(target, own)));
        }

        return new ToRules(rules);
    }

    private void Resolve(int index, TargetRef target)
    {
        if (target.Kind == TargetKinds.Mesh)
        {
            _aboutMesh.Add(index);
            if (_destinations.Mesh is { } mesh)
            {
                Note(mesh.GetKri(), mesh, index);
            }

            return;
        }

        if (target.Kind is null || target.Labels is not { Count: > 0 } labels)
        {
            return;
        }

        foreach (var resource in _destinations.FindAll(target.Kind, labels))
        {
            var section = target.SectionName ?? "";
            if (section.Length == 0 || DestinationSections.Has(resource, section))
            {
                Note(resource.GetKri(section), resource, index);
            }
        }
    }

    private void Note(Kri target, Resource resource, int index)
    {
        if (!_byTarget.TryGetValue(target, out var known))
        {
            known = (resource, []);
            _byTarget.Add(target, known);
            _order.Add(target);
        }

        known.Entries.Add(index);
    }

    /// <summary>Positions of the entries that concern a destination, ascending and each once.</summary>
    private List<int> Relevant(Kri target, List<int> own)
    {
        var all = new SortedSet<int>(_aboutMesh);
        all.UnionWith(own);
        if (target.Section.Length > 0 && _byTarget.TryGetValue(target.WithSection(""), out var whole))
        {
            all.UnionWith(whole.Entries);
        }

        return [.. all];
    }

    private ResourceRule Merge(Kri target, Resource resource, List<int> relevant)
    {
        var merged = _confs.Get([.. relevant.Select(index => _entries[index])]);
        return new ResourceRule(target, resource, merged.Conf, merged.OriginByMatches);
    }
}
