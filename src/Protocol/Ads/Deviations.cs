using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The names of one type for which a client's state differs from the slice it was sent. Empty in the steady state. Holds a
/// reference to each name's symbol.
/// </summary>
internal sealed class Deviations(SymbolTable symbols)
{
    // What a push of some resources needs: the state of all names of a first request is not kept.
    private const int KeptCapacity = 7;

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
        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states ??= [], name, out existed);
        if (!existed)
        {
            symbols.AddReference(name);
        }

        return ref state;
    }

    public void Remove(Symbol name)
    {
        if (_states is not null && _states.Remove(name))
        {
            symbols.Release(name);
            if (_states.Count == 0 && _states.EnsureCapacity(0) > KeptCapacity)
            {
                _states = null;
            }
        }
    }

    public void Clear()
    {
        if (_states is not null)
        {
            foreach (var name in _states.Keys)
            {
                symbols.Release(name);
            }

            _states = null;
        }
    }

    /// <summary>Walks the names. Removing the current one meanwhile is allowed; adding is not.</summary>
    public Dictionary<Symbol, ClientState>.Enumerator GetEnumerator() => (_states ?? Empty).GetEnumerator();

    private static Dictionary<Symbol, ClientState> Empty { get; } = [];
}
