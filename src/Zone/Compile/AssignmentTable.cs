using System.Runtime.CompilerServices;
using Mesh.Engine;
using Mesh.Engine.Content;

namespace Mesh.Zone.Compile;

/// <summary>
/// Load assignments under versions that cover their cluster's: Envoy wants one again after its cluster changed. Each is
/// hashed once, however many lists have it with the same cluster. Safe for concurrent use.
/// </summary>
internal sealed class AssignmentTable(ResourceEngine engine)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Entry> _entries = [];

    /// <summary>A load assignment in the version that goes with a cluster. Give it back with <see cref="Release"/>.</summary>
    internal Entry Acquire(CompiledResource assignment, InternedResource cluster)
    {
        var key = new Key(assignment, cluster.Version);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                known.Users++;
                return known;
            }
        }

        var interned = engine.Intern(assignment.Type, assignment.Name, engine.Message(assignment.Interned.Ref), cluster);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                interned.Dispose();
                known.Users++;
                return known;
            }

            var entry = new Entry(key, interned);
            _entries.Add(key, entry);
            return entry;
        }
    }

    /// <summary>Gives one use back; the last one frees it.</summary>
    internal void Release(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            _entries.Remove(entry.Key);
        }

        entry.Interned.Dispose();
    }

    /// <summary>One load assignment with one version of its cluster.</summary>
    internal sealed class Entry(Key key, InternedResource interned)
    {
        /// <summary>The resource.</summary>
        internal InternedResource Interned => interned;

        /// <summary>What it was made of.</summary>
        internal Key Key => key;

        /// <summary>Lists that have it; under the table's lock.</summary>
        internal int Users { get; set; } = 1;
    }

    /// <summary>A compiled load assignment, which counts by reference, and the version of a cluster.</summary>
    internal readonly struct Key(CompiledResource source, VersionId cluster) : IEquatable<Key>
    {
        private readonly CompiledResource _source = source;
        private readonly VersionId _cluster = cluster;

        /// <inheritdoc/>
        public bool Equals(Key other) => ReferenceEquals(_source, other._source) && _cluster == other._cluster;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_source), _cluster);
    }
}
