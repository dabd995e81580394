using System.Diagnostics;
using System.Net.Sockets;
using HdrHistogram;
using Mesh.Load.Envoys;
using Mesh.Load.Http2;
using Mesh.Load.Responses;

namespace Mesh.Load.Fleets;

/// <summary>Many virtual Envoys in this process. Its operations come one after another, from one caller.</summary>
internal sealed class Fleet : IDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    private readonly FleetOptions _options;
    private readonly FleetWorker[] _workers;
    private readonly FleetConnection[] _connections;
    private readonly FleetSockets _sockets;

    public Fleet(FleetOptions options)
    {
        _options = options;
        Observations = new Observations(options.Envoys);
        _workers = [.. Enumerable.Range(0, options.Workers).Select(i => new FleetWorker(i, Observations, options.NodeOf))];
        var call = HeaderBlock.OfCall(options.IsDelta ? DeltaStream.Path : StateStream.Path, options.IsTls, "localhost");
        var streams = options.StreamsPerConnection;
        _sockets = new FleetSockets(options.Server);
        _connections = [.. Enumerable.Range(0, (options.Envoys + streams - 1) / streams).Select(i => new FleetConnection(
            _workers[i % _workers.Length], options, _sockets, call, i, i * streams, Math.Min(streams, options.Envoys - (i * streams))))];
    }

    /// <summary>When each Envoy got what.</summary>
    public Observations Observations { get; }

    /// <summary>Number of Envoys.</summary>
    public int Count => _options.Envoys;

    /// <summary>Number of Envoys that read nothing.</summary>
    public int Stalled => _connections.Where(c => c.IsStalled).Sum(c => c.Envoys.Count);

    /// <summary>Envoys that received something since <see cref="Begin"/>.</summary>
    public long Receivers => _workers.Sum(w => w.Receivers);

    /// <summary>When something last happened.</summary>
    public long LastActivity => _workers.Max(w => w.LastActivity);

    /// <summary>When the last Envoy got everything.</summary>
    public long LastSync => _workers.Max(w => w.LastSync);

    /// <summary>Why the last stream was lost; null: none was.</summary>
    public string? LastLoss => _workers.Select(w => w.LastLoss).LastOrDefault(loss => loss is not null);

    /// <summary>What the server said when it last ended a stream whose connection lasts; null: it did not.</summary>
    public string? LastEnd => _workers.Select(w => w.LastEnd).LastOrDefault(end => end is not null);

    /// <summary>Distinct resources that came.</summary>
    public int DistinctResources => _workers.Max(w => w.Context.Facts.Count);

    /// <summary>Counters now.</summary>
    public FleetTotals Totals => _workers.Select(w => w.Totals).Aggregate((a, b) => a + b);

    /// <summary>What the server did wrong, by kind.</summary>
    public IReadOnlyDictionary<ViolationKind, long> Violations =>
        Enum.GetValues<ViolationKind>().ToDictionary(kind => kind, kind => _workers.Sum(w => w.Context.Violations[kind]));

    /// <summary>Some of it, in words.</summary>
    public IReadOnlyList<string> Examples => [.. _workers.SelectMany(w => w.Context.Violations.Examples)];

    /// <summary>Connects all, as fast as the server answers.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        _sockets.Begin();
        var room = new SemaphoreSlim(_options.MaxConnecting);
        return Task.WhenAll(_workers.Select(worker => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < _connections.Length; i++)
                {
                    if (_connections[i].Worker == worker)
                    {
                        room.Wait(cancellationToken);
                        Connect(i, room);
                    }
                }
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    /// <summary>Drops all connections, as processes that are killed.</summary>
    /// <param name="forget">Whether the Envoys start anew when they connect again.</param>
    public async Task DisconnectAsync(bool forget)
    {
        await OnAllAsync(connection =>
        {
            connection.Close();
            if (forget)
            {
                connection.Forget();
            }
        });
        Array.ForEach(_workers, worker => worker.Dropped());
    }

    /// <summary>Makes one of so many connections stop reading; 0: all read again.</summary>
    public Task StallAsync(int oneOf) => OnAllAsync((connection, i) =>
    {
        var stalls = oneOf > 0 && i % oneOf == 0;
        if (stalls != connection.IsStalled)
        {
            connection.SetReading(!stalls);
        }
    });

    /// <summary>Begins to observe anew. The fleet must be quiet.</summary>
    public void Begin()
    {
        Observations.Begin();
        Array.ForEach(_workers, worker => worker.Begin());
    }

    /// <summary>Waits until nothing has happened for a time. False: it did not become quiet in time.</summary>
    public Task<bool> QuietAsync(TimeSpan quiet, TimeSpan patience, CancellationToken cancellationToken) =>
        QuietAsync(() => true, quiet, patience, cancellationToken);

    /// <summary>Waits until a condition holds and nothing has happened for a time. False: it did not come to that in time.</summary>
    public Task<bool> QuietAsync(Func<bool> condition, TimeSpan quiet, TimeSpan patience, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        return UntilAsync(
            () => Stopwatch.GetElapsedTime(Math.Max(LastActivity, begin)) >= quiet && condition(), patience, cancellationToken);
    }

    /// <summary>
    /// Waits until a condition holds. False: it did not in time. It is looked at seldom, for looking takes processor time from what is measured,
    /// and what is measured has its own timestamps.
    /// </summary>
    public static Task<bool> UntilAsync(Func<bool> condition, TimeSpan patience, CancellationToken cancellationToken) =>
        UntilAsync(condition, patience, _look, cancellationToken);

    /// <summary>Waits until a condition holds. False: it did not in time.</summary>
    /// <param name="condition">What is waited for.</param>
    /// <param name="patience">For how long.</param>
    /// <param name="every">Pause between two looks: when it holds is known no better.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> UntilAsync(Func<bool> condition, TimeSpan patience, TimeSpan every, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > patience)
            {
                return false;
            }

            await Task.Delay(every, cancellationToken);
        }

        return true;
    }

    /// <summary>Checks what can only be checked when the server is quiet: load assignments that never came.</summary>
    public Task CheckDueAsync() => OnAllAsync(connection =>
    {
        foreach (var envoy in connection.Envoys.Where(_ => !connection.IsStalled))
        {
            envoy.CheckDue();
        }
    });

    /// <summary>
    /// Number of Envoys that have something else than was published; those that read nothing, or reject, are not asked. Of a server that does not tell what it
    /// published: whose load assignments are others than the first one's, on whichever thread that is.
    /// </summary>
    public async Task<int> CountDivergedAsync(PublishedContents? published)
    {
        var asked = _connections.Where(c => !c.IsStalled)
            .SelectMany(c => c.Envoys.Where(envoy => !_options.Rejects(envoy.Index)), (connection, envoy) => (connection.Worker, Envoy: envoy)).ToList();
        if (asked.Count == 0)
        {
            return 0;
        }

        var (worker, first) = asked[0];
        var expected = published ?? await worker.Reactor.InvokeAsync(() => FleetComparison.AssignmentsOf(worker, first));
        var diverged = await Task.WhenAll(asked.GroupBy(a => a.Worker, a => a.Envoy)
            .Select(share => share.Key.Reactor.InvokeAsync(() => FleetComparison.CountOthers(share.Key, share, expected))));
        return diverged.Sum();
    }

    /// <summary>Takes the ages of stamped resources since the last call, microseconds.</summary>
    public async Task<LongHistogram> TakeAgesAsync()
    {
        var all = Observations.NewHistogram();
        foreach (var worker in _workers)
        {
            all.Add(await worker.Reactor.InvokeAsync(() =>
            {
                var copy = (LongHistogram)worker.Ages.Copy();
                worker.Ages.Reset();
                return copy;
            }));
        }

        return all;
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }
    }

    private void Connect(int index, SemaphoreSlim room)
    {
        var connection = _connections[index];
        var socket = _sockets.Create(index);
        socket.Connect(_sockets.Server);
        connection.Worker.Reactor.Post(() => connection.Open(socket, () => room.Release()));
    }

    private Task<bool[]> OnAllAsync(Action<FleetConnection> action) => OnAllAsync((connection, _) => action(connection));

    private Task<bool[]> OnAllAsync(Action<FleetConnection, int> action) => Task.WhenAll(_workers.Select(worker => worker.Reactor.InvokeAsync(() =>
    {
        for (var i = 0; i < _connections.Length; i++)
        {
            if (_connections[i].Worker == worker)
            {
                action(_connections[i], i);
            }
        }

        return true;
    })));
}
