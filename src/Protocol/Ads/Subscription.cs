using System.Runtime.InteropServices;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// What a client asked for of one type: everything, names, or both. Rules:
/// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#how-the-client-specifies-what-resources-to-return
/// Holds a reference to each name's symbol.
/// </summary>
internal sealed class Subscription(SymbolTable symbols)
{
    /// <summary>Names up to which looking through all of them costs no more than a set, which takes seven times their memory.</summary>
    private const int Few = 64;

    private Symbol[] _few = [];
    private int _count;

    // Of more names; then the others are not used.
    private HashSet<Symbol>? _many;

    /// <summary>Whether the client asked for everything.</summary>
    public bool Wildcard { get; set; }

    /// <summary>Whether everything exists for this type; else <c>*</c> is an empty set.</summary>
    public bool WildcardHasMembers { get; init; }

    public int NameCount => _many?.Count ?? _count;

    /// <summary>Whether a resource of this name is the client's business.</summary>
    public bool Covers(Symbol name) => (Wildcard && WildcardHasMembers) || HasName(name);

    /// <summary>Whether it was asked for by name.</summary>
    public bool HasName(Symbol name) => _many is null ? IndexOf(name) >= 0 : _many.Contains(name);

    /// <summary>Makes room for so many more names.</summary>
    public void Expect(int names)
    {
        if (_many is null && _count + names > Few)
        {
            Spread(_count + names);
        }
        else if (_many is null && _few.Length < _count + names)
        {
            Array.Resize(ref _few, _count + names);
        }
    }

    /// <summary>Adds a name; false when it is there already. Takes its own reference.</summary>
    public bool Add(Symbol name)
    {
        if (HasName(name))
        {
            return false;
        }

        if (_many is null && _count == _few.Length)
        {
            Expect(Math.Max(1, Math.Min(_count, Few - _count)));
        }

        if (_many is not null)
        {
            _many.Add(name);
        }
        else
        {
            _few[_count++] = name;
        }

        symbols.AddReference(name);
        return true;
    }

    /// <summary>Removes a name; false when it is not there. Gives the reference back: the caller must hold another one.</summary>
    public bool Remove(Symbol name)
    {
        if (_many is not null)
        {
            if (!_many.Remove(name))
            {
                return false;
            }
        }
        else if (IndexOf(name) is var index and >= 0)
        {
            // The last one takes its place: whoever walks backwards has seen it.
            _few[index] = _few[--_count];
        }
        else
        {
            return false;
        }

        symbols.Release(name);
        return true;
    }

    public void Clear()
    {
        foreach (var name in this)
        {
            symbols.Release(name);
        }

        (_few, _count, _many) = ([], 0, null);
        Wildcard = false;
    }

    /// <summary>Walks the names. Removing the current one meanwhile is allowed; adding is not.</summary>
    public Enumerator GetEnumerator() => new(this);

    private int IndexOf(Symbol name) => MemoryMarshal.Cast<Symbol, int>(_few.AsSpan(0, _count)).IndexOf(name.Value);

    private void Spread(int names)
    {
        _many = new HashSet<Symbol>(names);
        _many.UnionWith(_few.AsSpan(0, _count).ToArray());
        (_few, _count) = ([], 0);
    }

    /// <summary>A walk over the names.</summary>
    public struct Enumerator
    {
        private readonly Symbol[]? _few;
        private HashSet<Symbol>.Enumerator _many;
        private int _at;

        internal Enumerator(Subscription names)
        {
            if (names._many is { } many)
            {
                _many = many.GetEnumerator();
            }
            else
            {
                (_few, _at) = (names._few, names._count);
            }
        }

        public readonly Symbol Current => _few is null ? _many.Current : _few[_at];

        public bool MoveNext() => _few is null ? _many.MoveNext() : --_at >= 0;
    }
}
