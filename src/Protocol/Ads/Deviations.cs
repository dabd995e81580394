using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The names of one type for which a client's state differs from the slice it was sent. Empty in the steady state, and then without a map of its
/// own. Holds a reference to each name's symbol.
/// </summary>
internal sealed class Deviations(SymbolTable symbols)
{
    private Dictionary<Symbol, ClientState>? _states;

    public int Count => _states?.Count ?? 0;

    public bool Has(Symbol name) => _states is not null && _states.ContainsKey(name);

    public bool TryGet(Symbol name, out ClientState state)
    {
        state = default;
        return _states is not null && _states.TryGetValue(name, out state);
    }

    /// <summary>The state of a name to change in place; null reference when it has none.</summary>
    public ref ClientState Find(Symbol name)
    {
        if (_states is null)
        {
            return ref Unsafe.NullRef<ClientState>();
        }

        return ref CollectionsMarshal.GetValueRefOrNullRef(_states, name);
    }

    /// <summary>The state of a name to change in place, added when it had none.</summary>
    public ref ClientState GetOrAdd(Symbol name, out bool existed)
    {
        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states ??= StatePool.Rent(1), name, out existed);
        if (!existed)
        {
            symbols.AddReference(name);
        }

        return ref state;
    }

    /// <summary>Makes room for so many names.</summary>
    public void Expect(int names)
    {
        if (names > 0)
        {
            _states ??= StatePool.Rent(names);
        }
    }

    /// <summary>Removes a name. Allowed while the names are walked: the map is kept until <see cref="Rest"/>.</summary>
    public void Remove(Symbol name)
    {
        if (_states is not null && _states.Remove(name))
        {
            symbols.Release(name);
        }
    }

    /// <summary>Gives the map back if no name is left. Not while the names are walked.</summary>
    public void Rest()
    {
        if (_states is { Count: 0 } map)
        {
            _states = null;
            StatePool.Return(map);
        }
    }

    /// <summary>Removes all names. Not while they are walked.</summary>
    public void Clear()
    {
        if (_states is null)
        {
            return;
        }

        foreach (var (name, _) in _states)
        {
            symbols.Release(name);
        }

        _states.Clear();
        Rest();
    }

    /// <summary>Walks the names. Removing the current one meanwhile is allowed; adding is not.</summary>
    public Dictionary<Symbol, ClientState>.Enumerator GetEnumerator() => (_states ?? Empty).GetEnumerator();

    private static Dictionary<Symbol, ClientState> Empty { get; } = [];
}
