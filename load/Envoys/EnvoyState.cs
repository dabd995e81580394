using Mesh.Load.Responses;

namespace Mesh.Load.Envoys;

/// <summary>
/// The configuration of one virtual Envoy: what it has, what it needs because of that, and whether what the server does is
/// right. Of a stream it knows nothing, so it outlives them.
/// </summary>
internal sealed class EnvoyState(int index, FactTable facts, ViolationLog violations)
{
    private readonly HeldType?[] _types = new HeldType?[XdsKind.All.Length];

    /// <summary>Its number in the fleet.</summary>
    public int Index => index;

    /// <summary>Whether it has everything that it asked for.</summary>
    public bool IsSynced
    {
        get
        {
            foreach (var type in _types)
            {
                if (type is { Unresolved: > 0 } or { WasAnswered: false, Kind.IsWildcard: true })
                {
                    return false;
                }
            }

            return _types[XdsKind.Listener.Index] is not null;
        }
    }

    /// <summary>Whether clusters wait for their load assignments: a cluster's acceptance is then withheld, as Envoy does.</summary>
    public bool IsWarming => _types[XdsKind.Endpoint.Index] is { Unresolved: > 0 };

    /// <summary>Load assignments that clusters wait for.</summary>
    public int Unresolved => _types.Sum(type => type?.Unresolved ?? 0);

    /// <summary>What it has of a type; null: it has not asked for it.</summary>
    public HeldType? Find(XdsKind kind) => _types[kind.Index];

    /// <summary>Begins to ask for a type.</summary>
    public HeldType Ask(XdsKind kind) => _types[kind.Index] ??= new HeldType(kind);

    /// <summary>Forgets everything, as a process that starts.</summary>
    public void Forget() => Array.Clear(_types);

    /// <summary>
    /// A stream begins. A load assignment that the one before still owed after a change of its cluster is not owed any more: the server is told its version and
    /// knows nothing of before, and Envoy takes the assignment that it has kept.
    /// </summary>
    public void BeginStream()
    {
        if (Find(XdsKind.Endpoint) is not { Unresolved: > 0 } held)
        {
            return;
        }

        foreach (var (name, entry) in held.Entries)
        {
            if ((entry & HeldType.Due) != 0)
            {
                held.Entries.Set(name, HeldType.FactOf(entry) | HeldType.Repeatable);
                held.Unresolved--;
            }
        }
    }

    /// <summary>Takes a resource.</summary>
    /// <param name="isFullState">Whether the response repeats what did not change because it must.</param>
    /// <returns>Whether it is one that the Envoy did not have.</returns>
    public bool Take(HeldType held, int number, SubscriptionChanges changes, bool isFullState = false)
    {
        var fact = facts[number];
        var isKnown = held.Entries.TryGet(fact.Name, out var entry);
        if (!isKnown && !held.Kind.IsWildcard)
        {
            violations.Add(ViolationKind.NotAskedFor, index, held.Kind, facts.Names.Text(fact.Name));
            return false;
        }

        var wasUnresolved = isKnown && HeldType.IsUnresolved(entry);
        held.Unresolved -= wasUnresolved ? 1 : 0;
        var before = HeldType.FactOf(entry);
        if (before == number)
        {
            if (!wasUnresolved && !isFullState && (entry & HeldType.Repeatable) == 0)
            {
                violations.Add(ViolationKind.ResentUnchanged, index, held.Kind, facts.Names.Text(fact.Name));
            }

            held.Entries.Set(fact.Name, number);
            return false;
        }

        held.Entries.Set(fact.Name, number);
        Follow(fact, before > FactTable.Absent ? facts[before] : null, changes);
        return true;
    }

    /// <summary>Takes a removal.</summary>
    public void Remove(HeldType held, int name, SubscriptionChanges changes)
    {
        if (!held.Entries.TryGet(name, out var entry))
        {
            return;
        }

        var number = HeldType.FactOf(entry);
        if (number > FactTable.Absent && IsUsed(held.Kind, name))
        {
            violations.Add(ViolationKind.RemovedInUse, index, held.Kind, facts.Names.Text(name));
        }

        if (!held.Kind.IsWildcard)
        {
            held.Unresolved -= HeldType.IsUnresolved(entry) ? 1 : 0;
            held.Entries.Set(name, FactTable.Absent);
            return;
        }

        held.Entries.Remove(name);
        if (facts[number].Assignment is var assignment and > 0)
        {
            Drop(XdsKind.Endpoint, assignment, changes);
        }

        Prune(changes);
    }

    /// <summary>Counts load assignments that were due and did not come; called when the server is quiet.</summary>
    public void CheckDue()
    {
        if (Find(XdsKind.Endpoint) is not { } held)
        {
            return;
        }

        foreach (var (name, entry) in held.Entries)
        {
            if ((entry & HeldType.Due) != 0)
            {
                violations.Add(ViolationKind.AssignmentNotSentAgain, index, XdsKind.Endpoint, facts.Names.Text(name));
            }
        }
    }

    /// <summary>What a new resource makes the Envoy ask for.</summary>
    private void Follow(Fact fact, Fact? before, SubscriptionChanges changes)
    {
        foreach (var cluster in fact.Clusters)
        {
            if (Find(XdsKind.Cluster) is not { } clusters || !clusters.Entries.TryGet(cluster, out _))
            {
                violations.Add(ViolationKind.DanglingReference, index, fact.Kind, $"{facts.Names.Text(fact.Name)} to {facts.Names.Text(cluster)}");
            }
        }

        if (fact.Assignment > 0)
        {
            Need(XdsKind.Endpoint, fact.Assignment, changes, isDue: true);
        }

        if (before is { Assignment: > 0 } && before.Assignment != fact.Assignment)
        {
            Drop(XdsKind.Endpoint, before.Assignment, changes);
        }

        NeedAll(XdsKind.Route, fact.Routes, changes);
        NeedAll(XdsKind.Secret, fact.Secrets, changes);
        if (before is not null && (!before.Routes.SequenceEqual(fact.Routes) || !before.Secrets.SequenceEqual(fact.Secrets)))
        {
            Prune(changes);
        }
    }

    private void NeedAll(XdsKind kind, IReadOnlyList<int> names, SubscriptionChanges changes)
    {
        for (var i = 0; i < names.Count; i++)
        {
            Need(kind, names[i], changes, isDue: false);
        }
    }

    private void Need(XdsKind kind, int name, SubscriptionChanges changes, bool isDue)
    {
        var held = Ask(kind);
        if (!held.Entries.TryGet(name, out var entry))
        {
            held.Entries.Set(name, 0);
            held.Unresolved++;
            changes.Added(kind).Add(name);
        }
        else if (!HeldType.IsUnresolved(entry))
        {
            held.Entries.Set(name, entry | (isDue ? HeldType.Due : HeldType.Repeatable));
            held.Unresolved += isDue ? 1 : 0;
        }
    }

    private void Drop(XdsKind kind, int name, SubscriptionChanges changes)
    {
        if (Find(kind) is { } held && held.Entries.TryGet(name, out var entry))
        {
            held.Unresolved -= HeldType.IsUnresolved(entry) ? 1 : 0;
            held.Entries.Remove(name);
            changes.Removed(kind).Add(name);
        }
    }

    /// <summary>Ceases to ask for route configurations and secrets that nothing uses any more.</summary>
    private void Prune(SubscriptionChanges changes)
    {
        foreach (var kind in (ReadOnlySpan<XdsKind>)[XdsKind.Route, XdsKind.Secret])
        {
            if (Find(kind) is not { } held)
            {
                continue;
            }

            var unused = new List<int>();
            foreach (var (name, _) in held.Entries)
            {
                if (!IsUsed(kind, name))
                {
                    unused.Add(name);
                }
            }

            unused.ForEach(name => Drop(kind, name, changes));
        }
    }

    private bool IsUsed(XdsKind kind, int name) => kind.Index switch
    {
        0 => Any(XdsKind.Listener, fact => fact.Clusters, name) || Any(XdsKind.Route, fact => fact.Clusters, name),
        1 => Any(XdsKind.Cluster, fact => fact.Assignment > 0 ? [fact.Assignment] : [], name),
        3 => Any(XdsKind.Listener, fact => fact.Routes, name),
        4 => Any(XdsKind.Listener, fact => fact.Secrets, name) || Any(XdsKind.Cluster, fact => fact.Secrets, name),
        _ => false,
    };

    private bool Any(XdsKind kind, Func<Fact, IReadOnlyList<int>> references, int name)
    {
        if (Find(kind) is not { } held)
        {
            return false;
        }

        foreach (var (_, entry) in held.Entries)
        {
            var number = HeldType.FactOf(entry);
            if (number > FactTable.Absent && references(facts[number]).Contains(name))
            {
                return true;
            }
        }

        return false;
    }
}
