using Mesh.Zone.Ingest;

namespace Mesh.Zone;

/// <summary>
/// What one mesh's rounds are still to work in. The first change of a quiet mesh begins a round at once; what comes while it
/// runs is the next round's batch. Safe for concurrent use.
/// </summary>
/// <param name="round">Works a batch in; called for one batch at a time.</param>
/// <param name="clock">This moment, for <see cref="ChangeBatch.Since"/>.</param>
/// <param name="isHeld">No round begins before <see cref="Unhold"/>.</param>
internal sealed class RoundQueue(Func<ChangeBatch, Task> round, Func<long> clock, bool isHeld)
{
    private readonly Lock _gate = new();

    // Behind the gate.
    private readonly Dictionary<string, SortedList<long, ProxyMetadata>> _connections = new(StringComparer.Ordinal);
    private ChangeBatch _pending = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _isHeld = isHeld;

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

    /// <summary>A stream of a proxy opened, or has other metadata.</summary>
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

    /// <summary>A stream of a proxy ended.</summary>
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

        _pending.Since ??= clock();
        if (_isRunning || _isHeld)
        {
            return;
        }

        _isRunning = true;
        _running = Task.Run(RunAsync);
    }

    private async Task RunAsync()
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

            await round(batch).ConfigureAwait(false);
        }
    }
}
