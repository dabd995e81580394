using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// Empty maps for the deviating names of a type. Names deviate for moments: from a client's first request until it is compared with a snapshot, or while a
/// part of a push is under way. What a channel needs then is taken from here and given back, so that channels at rest keep none, and a fleet that comes
/// back allocates what its streams need at the same time instead of what all of them need.
/// </summary>
internal static class StatePool
{
    /// <summary>Maps that are kept.</summary>
    private const int MaxKept = 256;

    /// <summary>Names for which a map is kept: larger ones are rare, and cost more to clear than they save.</summary>
    private const int MaxNames = 256;

    private static readonly Lock _lock = new();
    private static readonly Stack<Dictionary<Symbol, ClientState>> _idle = new(MaxKept);

    // What a thread gave back last: mostly it is taken again by the same thread, at once.
    [ThreadStatic]
    private static Dictionary<Symbol, ClientState>? _last;

    /// <summary>An empty map with room for some names.</summary>
    public static Dictionary<Symbol, ClientState> Rent(int names)
    {
        var map = _last;
        if (map is not null)
        {
            _last = null;
        }
        else
        {
            lock (_lock)
            {
                _idle.TryPop(out map);
            }
        }

        map ??= new Dictionary<Symbol, ClientState>(names);
        map.EnsureCapacity(names);
        return map;
    }

    /// <summary>Gives back a map that nobody looks at any more. It is empty.</summary>
    public static void Return(Dictionary<Symbol, ClientState> map)
    {
        if (map.EnsureCapacity(0) > MaxNames)
        {
            return;
        }

        if (_last is null)
        {
            _last = map;
            return;
        }

        lock (_lock)
        {
            if (_idle.Count < MaxKept)
            {
                _idle.Push(map);
            }
        }
    }
}
