using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Resources;

/// <summary>All kinds that a process knows, by kind, path, CLI name and short name. Immutable; built once at start.</summary>
public sealed class ResourceCatalog
{
    private readonly FrozenDictionary<string, ResourceDescriptor> _byKind;
    private readonly FrozenDictionary<string, ResourceDescriptor> _byPath;
    private readonly FrozenDictionary<string, ResourceDescriptor> _byShortName;
    private readonly FrozenDictionary<string, ResourceDescriptor> _byCliName;

    /// <summary>Builds the catalogue.</summary>
    /// <exception cref="ArgumentException">Two descriptors share a kind, path, short name or CLI name.</exception>
    public ResourceCatalog(IEnumerable<ResourceDescriptor> descriptors)
    {
        All = [.. descriptors.OrderBy(d => d.Kind, StringComparer.Ordinal)];
        _byKind = All.ToFrozenDictionary(d => d.Kind, StringComparer.Ordinal);
        _byPath = All.Where(d => d.Path.Length > 0).Select(d => (d.Path, d))
            .Concat(All.Where(d => d.AliasPath is not null).Select(d => (d.AliasPath!, d)))
            .ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
        _byShortName = All.Where(d => d.ShortName.Length > 0).ToFrozenDictionary(d => d.ShortName, StringComparer.Ordinal);
        _byCliName = All.ToFrozenDictionary(d => d.CliName, StringComparer.Ordinal);
    }

    /// <summary>Every kind, ordered by name.</summary>
    public IReadOnlyList<ResourceDescriptor> All { get; }

    /// <summary>Finds a kind by its <c>type:</c>.</summary>
    public bool TryGetKind(string kind, [NotNullWhen(true)] out ResourceDescriptor? descriptor) =>
        _byKind.TryGetValue(kind, out descriptor);

    /// <summary>Finds a kind by its REST path or its alias.</summary>
    public bool TryGetPath(string path, [NotNullWhen(true)] out ResourceDescriptor? descriptor) =>
        _byPath.TryGetValue(path, out descriptor);

    /// <summary>Finds a kind by its short name in KRIs.</summary>
    public bool TryGetShortName(string shortName, [NotNullWhen(true)] out ResourceDescriptor? descriptor) =>
        _byShortName.TryGetValue(shortName, out descriptor);

    /// <summary>Finds a kind by its singular name on the command line.</summary>
    public bool TryGetCliName(string name, [NotNullWhen(true)] out ResourceDescriptor? descriptor) =>
        _byCliName.TryGetValue(name, out descriptor);

    /// <summary>The descriptor of a kind that must exist.</summary>
    /// <exception cref="KeyNotFoundException">The kind is not in the catalogue.</exception>
    public ResourceDescriptor this[string kind] => _byKind[kind];
}
