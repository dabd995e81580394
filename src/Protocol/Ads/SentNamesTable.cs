using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The lists of names of responses that wait for their answers, each list once: what changes is told to thousands of streams in the same words, and a list
/// for each of them would be most of what a control plane takes while they are slow to answer. A list holds one reference to each name's symbol.
/// Safe for concurrent use.
/// </summary>
internal sealed class SentNamesTable(SymbolTable symbols)
{
    /// <summary>Objects that are kept for later lists.</summary>
    private const int MaxIdle = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, SentNames> _lists = [];
    private readonly Stack<SentNames> _idle = new(MaxIdle);

    /// <summary>The symbols of the names.</summary>
    public SymbolTable Symbols => symbols;

    /// <summary>Lists that some response waits with.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lists.Count;
            }
        }
    }

    /// <summary>The list of these names, which are in order and referenced meanwhile. The caller owns one reference.</summary>
    public SentNames Acquire(ReadOnlySpan<SentName> names)
    {
        var hash = HashOf(names);
        SentNames? known;
        lock (_lock)
        {
            if (!_lists.TryGetValue(hash, out known))
            {
                return AddLocked(names, hash);
            }

            Interlocked.Increment(ref known.References);
        }

        // It cannot change now. Others of the same hash are as good as impossible: they are not shared.
        if (known.Span.SequenceEqual(names))
        {
            return known;
        }

        Release(known);
        var single = new SentNames();
        single.Fill(names, hash);
        Refer(names);
        return single;
    }

    /// <summary>Gives back one reference.</summary>
    public void Release(SentNames list)
    {
        if (Interlocked.Decrement(ref list.References) > 0)
        {
            return;
        }

        lock (_lock)
        {
            // Found again meanwhile, or somebody else was here first.
            if (list.Removed || Volatile.Read(ref list.References) > 0)
            {
                return;
            }

            list.Removed = true;
            if (_lists.TryGetValue(list.Hash, out var known) && ReferenceEquals(known, list))
            {
                _lists.Remove(list.Hash);
            }
        }

        foreach (var sent in list.Span)
        {
            symbols.Release(sent.Name);
        }

        list.Empty();
        lock (_lock)
        {
            if (_idle.Count < MaxIdle)
            {
                _idle.Push(list);
            }
        }
    }

    private SentNames AddLocked(ReadOnlySpan<SentName> names, ulong hash)
    {
        var list = _idle.TryPop(out var idle) ? idle : new SentNames();
        list.Fill(names, hash);
        Refer(names);
        _lists.Add(hash, list);
        return list;
    }

    private void Refer(ReadOnlySpan<SentName> names)
    {
        foreach (var sent in names)
        {
            symbols.AddReference(sent.Name);
        }
    }

    /// <summary>Versions are hashes already, so half of each is enough.</summary>
    private static ulong HashOf(ReadOnlySpan<SentName> names)
    {
        var hash = (ulong)names.Length;
        foreach (var sent in names)
        {
            hash = (hash ^ (ulong)sent.Version.Value) * 0x9E37_79B9_7F4A_7C15;
            hash = ((hash ^ (hash >> 32)) + (uint)sent.Name.Value) * 0x9E37_79B9_7F4A_7C15;
        }

        return hash;
    }
}
