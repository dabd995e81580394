using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// What a client asked for of one type: everything, names, or both. Rules:
/// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#how-the-client-specifies-what-resources-to-return
/// Holds a reference to each name's symbol.
/// </summary>
internal sealed class Subscription(SymbolTable symbols)
{
    private HashSet<Symbol>? _names;

    /// <summary>Whether the client asked for everything.</summary>
    public bool Wildcard { get; set; }

    /// <summary>Whether everything exists for this type; else <c>*</c> is an empty set.</summary>
    public bool WildcardHasMembers { get; init; }

    public int NameCount => _names?.Count ?? 0;

    public IReadOnlyCollection<Symbol> Names => _names ?? (IReadOnlyCollection<Symbol>)[];

    /// <summary>Whether a resource of this name is the client's business.</summary>
    public bool Covers(Symbol name) => (Wildcard && WildcardHasMembers) || HasName(name);

    /// <summary>Whether it was asked for by name.</summary>
    public bool HasName(Symbol name) => _names is not null && _names.Contains(name);

    /// <summary>Adds a name; false when it is there already. Takes its own reference.</summary>
    public bool Add(Symbol name)
    {
        if (!(_names ??= []).Add(name))
        {
            return false;
        }

        symbols.AddReference(name);
        return true;
    }

    /// <summary>Removes a name; false when it is not there. Gives the reference back: the caller must hold another one.</summary>
    public bool Remove(Symbol name)
    {
        if (_names is null || !_names.Remove(name))
        {
            return false;
        }

        symbols.Release(name);
        return true;
    }

    public void Clear()
    {
        foreach (var name in _names ?? [])
        {
            symbols.Release(name);
        }

        _names = null;
        Wildcard = false;
    }

    /// <summary>The names, to walk without allocating; null when there are none.</summary>
    internal HashSet<Symbol>? NameSet => _names;
}
