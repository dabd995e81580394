using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// What lists of <c>to</c> entries of one kind amount to. Many destinations of many proxies have the same list, and most lists
/// outlive a change of policies or services: a cache looks into the one before it, and hands on only what is asked for again.
/// Safe for concurrent use.
/// </summary>
internal sealed class ConfCache
{
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<EntryList, CachedConf> _confs = new();
    private readonly ConfMerging _merging;
    private volatile ConfCache? _previous;

    /// <summary>A cache that may take over results of <paramref name="previous"/>, whose own predecessor is let go.</summary>
    internal ConfCache(ConfMerging merging, ConfCache? previous)
    {
        _merging = merging;
        _previous = previous;
        if (previous is not null)
        {
            previous._previous = null;
        }
    }

    internal CachedConf Get(DocumentTo[] entries)
    {
        var key = new EntryList(entries);
        if (_confs.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_previous is not { } previous || !previous._confs.TryGetValue(key, out known))
        {
            known = Merge(entries);
        }

        if (_confs.Count >= MaxEntries)
        {
            _confs.Clear();
        }

        return _confs.GetOrAdd(key, known);
    }

    private CachedConf Merge(DocumentTo[] entries)
    {
        var byMatches = new Dictionary<string, ConfOrigin>(StringComparer.Ordinal);
        var confs = new JsonObject[entries.Length];
        var origins = new ConfOrigin[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            confs[i] = entries[i].Conf;
            origins[i] = entries[i].Origin;
            foreach (var matches in _merging.MatchesOf(entries[i].Conf))
            {
                byMatches[MatchesHash.Of(matches)] = entries[i].Origin;
            }
        }

        return new CachedConf(new MergedConf(_merging.Merge(confs), origins), byMatches);
    }

    /// <summary>The same entries, by reference, in the same order.</summary>
    private readonly struct EntryList(DocumentTo[] entries) : IEquatable<EntryList>
    {
        private readonly DocumentTo[] _entries = entries;

        public bool Equals(EntryList other)
        {
            if (_entries.Length != other._entries.Length)
            {
                return false;
            }

            for (var i = 0; i < _entries.Length; i++)
            {
                if (!ReferenceEquals(_entries[i], other._entries[i]))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is EntryList other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var entry in _entries)
            {
                hash.Add(RuntimeHelpers.GetHashCode(entry));
            }

            return hash.ToHashCode();
        }
    }
}
