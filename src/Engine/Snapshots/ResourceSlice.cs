using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// The resources of one type in one or many snapshots: immutable, sorted by name symbol, each name once, and shared: equal
/// lists of one engine are the same object, so comparing two views is comparing two references.
/// Counted by reference; give a reference back with <see cref="ResourceEngine.Release(ResourceSlice)"/>.
/// </summary>
public sealed class ResourceSlice
{
    private readonly ResourceRef[] _resources;
    private readonly Symbol[] _names;

    internal ResourceSlice(ResourceType type, Symbol[] names, ResourceRef[] resources, UInt128 identity, UInt128 fingerprint)
    {
        Type = type;
        _names = names;
        _resources = resources;
        Identity = identity;
        Fingerprint = fingerprint;
    }

    /// <summary>Type of all its resources.</summary>
    public ResourceType Type { get; }

    /// <summary>Number of resources.</summary>
    public int Count => _resources.Length;

    /// <summary>Hash of all names and versions, the same in every process that serves them.</summary>
    public UInt128 Fingerprint { get; }

    /// <summary>Name symbols, ascending.</summary>
    public ReadOnlySpan<Symbol> Names => _names;

    /// <summary>The resources, in the order of <see cref="Names"/>.</summary>
    public ReadOnlySpan<ResourceRef> Resources => _resources;

    /// <summary>Hash of the refs, by which the slice table finds it; means nothing outside this engine.</summary>
    internal UInt128 Identity { get; }

    internal int References;

    internal bool Removed { get; set; }

    /// <summary>Adds a reference to a slice that the caller knows to be referenced.</summary>
    public void AddReference() => Interlocked.Increment(ref References);

    /// <summary>The resource of a name; <see cref="ResourceRef.None"/> when there is none.</summary>
    public ResourceRef Find(Symbol name)
    {
        var index = _names.AsSpan().BinarySearch(name);
        return index < 0 ? ResourceRef.None : _resources[index];
    }
}
