using System.Collections.Concurrent;
using Mesh.Engine.Convergence;
using Mesh.Model.Policies;
using Mesh.Zone.Compile;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.View;

namespace Mesh.Zone;

/// <summary>
/// Works the changes of one mesh into the configuration of its proxies, one round after another. The first change of a
/// quiet mesh begins a round at once; what comes while it runs is the next round's batch. Nothing happens without a change.
/// </summary>
internal sealed class MeshRounds
{
    private readonly Lock _gate = new();
    private readonly RoundTools _tools;

    // Behind the gate.
    private readonly Dictionary<string, SortedList<long, ProxyMetadata>> _connections = new(StringComparer.Ordinal);
    private ChangeBatch _pending = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _isHeld;

    // Of the running round alone.
    private readonly Dictionary<string, ConnectedProxy> _proxies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProxyInterest> _interests = new(StringComparer.Ordinal);
    private readonly string _mesh;
    private OutboundSets _outbounds;

    // Written by rounds, read by anyone.
    private volatile MeshView _view;
    private readonly ConcurrentDictionary<string, ProxyStatus> _statuses = new(StringComparer.Ordinal);

    internal MeshRounds(string mesh, RoundTools tools, bool held)
    {
        _mesh = mesh;
        _tools = tools;
        _isHeld = held;
        _view = new MeshView(mesh, tools.Zone, tools.Catalog, tools.Environment);
        _outbounds = new OutboundSets(_view, tools.Metrics);
    }

    /// <summary>The mesh as the last round saw it.</summary>
    internal MeshView View => _view;

    /// <summary>What became of the connected proxies in the last round.</summary>
    internal IReadOnlyDictionary<string, ProxyStatus> Statuses => _statuses;

    /// <summary>Sets of outbounds that are kept.</summary>
    internal int KnownOutbounds => _outbounds.Count;

    /// <summary>Completes when no round runs.</summary>
    internal Task Idle
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Adds to the next batch, and begins a round if none runs.</summary>
    internal void Post(Action<ChangeBatch> add)
    {
        lock (_gate)
        {
            add(_pending);
            Start();
        }
    }

    internal void Connect(ProxyConnection connection)
    {
        lock (_gate)
        {
            var name = connection.Proxy.Name;
            if (!_connections.TryGetValue(name, out var streams))
            {
                _connections.Add(name, streams = []);
            }

            streams[connection.ConnectionId] = connection.Metadata;
            _pending.Proxies[name] = streams.Values[^1];
            if (connection.IsUpToDate)
            {
                _pending.Patient.Add(name);
            }
            else
            {
                _pending.Patient.Remove(name);
            }

            Start();
        }
    }

    internal void Disconnect(string name, long connectionId)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue(name, out var streams) || !streams.Remove(connectionId))
            {
                return;
            }

            if (streams.Count == 0)
            {
                _connections.Remove(name);
            }

            _pending.Proxies[name] = streams.Count == 0 ? null : streams.Values[^1];
            Start();
        }
    }

    /// <summary>Begins with what was posted until now; before, everything only gathers.</summary>
    internal void Unhold()
    {
        lock (_gate)
        {
            _isHeld = false;
            Start();
        }
    }

    private void Start()
    {
        if (_pending.IsEmpty)
        {
            return;
        }

        _pending.Since ??= _tools.Engine.Revisions.Timestamp();
        if (_isRunning || _isHeld)
        {
            return;
        }

        _isRunning = true;
        _running = Task.Run(RunRoundsAsync);
    }

    private async Task RunRoundsAsync()
    {
        while (true)
        {
            ChangeBatch batch;
            lock (_gate)
            {
                if (_pending.IsEmpty)
                {
                    _isRunning = false;
                    return;
                }

                batch = _pending;
                _pending = new ChangeBatch();
            }

            try
            {
                await RoundAsync(batch).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                ZoneLog.RoundFailed(_tools.Logger, _mesh, e);
            }
        }
    }

    private async Task RoundAsync(ChangeBatch batch)
    {
        _tools.Metrics.CountRound();
        var change = _view.Apply(batch);
        _view = change.After;
        _outbounds = _outbounds.Next(change, _tools.Outputs.IsUsed);
        foreach (var (resource, reason) in change.Faults)
        {
            ZoneLog.ResourceUnreadable(_tools.Logger, resource.ToString(), reason);
        }

        var touched = new HashSet<string>(batch.Certificates.Where(_proxies.ContainsKey), StringComparer.Ordinal);
        TakeConnections(batch, touched);
        if (batch.IsForAll)
        {
            touched.UnionWith(_proxies.Keys);
        }

        var touchedInShared = new HashSet<string>(StringComparer.Ordinal);
        ProxyReach.AddTouched(change, _interests, touched, touchedInShared);

        // Of a proxy that is touched only where its outbounds lead to, everything else stays planned.
        var renewed = change.Services.Count == 0 ? touchedInShared : [];
        touched.UnionWith(touchedInShared);
        if (touched.Count == 0)
        {
            return;
        }

        // Who has nothing yet, or something else, comes before those whom silence serves.
        IEnumerable<string> order = batch.Patient.Count == 0 ? touched : touched.OrderBy(batch.Patient.Contains);
        var states = order.Select(name => _proxies[name]).ToList();
        var revision = _tools.Engine.Revisions.Begin(_mesh, batch.Causes(), batch.Since);
        if (states.Count == 1)
        {
            Work(states[0], renewed, revision);
        }
        else
        {
            await _tools.Workers.ForEachAsync(states, state => Work(state, renewed, revision)).ConfigureAwait(false);
        }

        foreach (var state in states)
        {
            _interests[state.Key.Name] = state.Interest;
        }
    }

    private void TakeConnections(ChangeBatch batch, HashSet<string> touched)
    {
        foreach (var (name, metadata) in batch.Proxies)
        {
            var known = _proxies.GetValueOrDefault(name);
            if (metadata is null)
            {
                if (known is not null)
                {
                    _proxies.Remove(name);
                    _interests.Remove(name);
                    touched.Remove(name);
                    known.Output.Withdraw();
                    _tools.Secrets?.Release(known.Key);

                    // Last: who sees that the proxy is gone finds nothing of it any more.
                    _statuses.TryRemove(name, out _);
                }
            }
            else if (known is null || !known.Metadata.Equals(metadata))
            {
                var key = new ProxyKey(_mesh, name);
                known ??= new ConnectedProxy(key, new ProxyOutput(key, _tools.Cache, _tools.Outputs, _tools.Engine, _tools.Secrets));
                known.Metadata = metadata;
                _proxies[name] = known;
                _interests.TryAdd(name, known.Interest);
                touched.Add(name);
            }
        }
    }

    private void Work(ConnectedProxy state, HashSet<string> renewed, Revision revision)
    {
        try
        {
            var dataplane = _view.Mesh is null ? null : _view.Find(TargetKinds.Dataplane, state.Key.Name);
            if (dataplane is null)
            {
                state.Output.Withdraw();
                state.Plan = null;
                state.Interest = new ProxyInterest();
                SetStatus(state, false, []);
                return;
            }

            var plan = state.Plan is { } before && renewed.Contains(state.Key.Name)
                ? _tools.Planner.Renew(before, _view, state.Metadata, _outbounds)
                : null;
            if (plan is not null)
            {
                _tools.Metrics.CountRenewal();
            }
            else
            {
                _tools.Metrics.CountPlan();
                plan = _tools.Planner.Plan(_view, dataplane, state.Metadata, _outbounds);
            }

            state.Plan = plan;
            state.Interest = plan.Interest;
            var (faults, isPublished) = state.Output.Publish(plan, revision);
            if (isPublished)
            {
                _tools.Metrics.CountPublish();
            }

            SetStatus(state, true, faults);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One proxy's fault stays with it.
            state.Plan = null;
            ZoneLog.ProxyFailed(_tools.Logger, state.Key.ToString(), e);
            SetStatus(state, state.Status.IsConfigured, [new PlanFault("configuration", e.Message)]);
        }
    }

    private void SetStatus(ConnectedProxy state, bool isConfigured, IReadOnlyList<PlanFault> faults)
    {
        var before = state.Status.Faults;
        if (isConfigured && state.Status.IsConfigured && before.Count == 0 && faults.Count == 0)
        {
            return;
        }

        foreach (var fault in faults)
        {
            if (!before.Contains(fault))
            {
                ZoneLog.FaultBegan(_tools.Logger, state.Key.ToString(), fault.Part, fault.Message);
            }
        }

        foreach (var fault in before)
        {
            if (!faults.Any(now => now.Part == fault.Part))
            {
                ZoneLog.FaultEnded(_tools.Logger, state.Key.ToString(), fault.Part);
            }
        }

        state.Status = new ProxyStatus(state.Key, isConfigured, faults);
        _statuses[state.Key.Name] = state.Status;
    }
}
