using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Engine;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// Compiles each distinct sub-plan once, however many proxies have it, and keeps what came of it while one of them does.
/// Safe for concurrent use.
/// </summary>
internal sealed class CompileCache(PlanCompiler compiler, ResourceEngine engine, ZoneMetrics metrics)
{
    private readonly ConcurrentDictionary<SubPlan, Entry> _entries = new(new ByValue());

    /// <summary>Load assignments as their clusters have them.</summary>
    internal AssignmentTable Assignments { get; } = new(engine);

    /// <summary>Distinct sub-plans in use.</summary>
    internal int Count => _entries.Count;

    /// <summary>What comes of a sub-plan. Give it back with <see cref="Release"/>.</summary>
    internal CompiledPart Acquire(SubPlan plan)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(plan, static (key, cache) => new Entry(cache, key), this);
            if (entry.TryAcquire() is { } part)
            {
                return part;
            }
        }
    }

    /// <summary>Gives one use back; the last one frees it.</summary>
    internal void Release(CompiledPart part)
    {
        var entry = (Entry)part.Owner;
        if (entry.Release())
        {
            _entries.TryRemove(KeyValuePair.Create(entry.Plan, entry));
        }
    }

    private CompiledPart Compile(SubPlan plan, Entry owner)
    {
        metrics.CountCompile();
        var resources = new List<CompiledResource>();
        try
        {
            foreach (var generated in compiler.Compile(plan))
            {
                var type = engine.Types.Register(generated.TypeUrl);
                var interned = engine.Intern(type, generated.Name, generated.Message.ToByteArray());
                resources.Add(new CompiledResource(type, generated.TypeUrl, generated.Name, interned));
            }

            return new CompiledPart(owner, resources, null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var resource in resources)
            {
                resource.Interned.Dispose();
            }

            return new CompiledPart(owner, [], new PlanFault(plan.Title, e.Message));
        }
    }

    /// <summary>One sub-plan's part with its number of users. The lock makes the first user compile and others wait.</summary>
    private sealed class Entry(CompileCache cache, SubPlan plan)
    {
        private readonly Lock _lock = new();
        private CompiledPart? _part;
        private int _users;
        private bool _isDead;

        internal SubPlan Plan => plan;

        internal CompiledPart? TryAcquire()
        {
            lock (_lock)
            {
                if (_isDead)
                {
                    return null;
                }

                if (_part is null)
                {
                    _part = cache.Compile(plan, this);
                }
                else
                {
                    cache.CountHit();
                }

                _users++;
                return _part;
            }
        }

        /// <summary>True: it was the last use.</summary>
        internal bool Release()
        {
            lock (_lock)
            {
                if (--_users > 0)
                {
                    return false;
                }

                _isDead = true;
                _part?.Dispose();
                return true;
            }
        }
    }

    private void CountHit() => metrics.CountHit();

    private sealed class ByValue : IEqualityComparer<SubPlan>
    {
        public bool Equals(SubPlan? left, SubPlan? right) => ReferenceEquals(left, right) || (left is not null && left.Equals(right));

        public int GetHashCode(SubPlan plan) => plan.Hash;
    }
}
