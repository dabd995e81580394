using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Validation;
using Microsoft.Extensions.Logging;

namespace Mesh.Global.Zones;

/// <summary>
/// The zones of a Global: who may connect under which name, who is connected, and the Zone and ZoneInsight resources that show
/// it (contract §1.3). The loss of a connection is written, never followed by a deletion. Safe for concurrent use.
/// </summary>
public sealed class ZoneRegistry : IAsyncDisposable
{
    private static readonly TimeSpan _watchPause = TimeSpan.FromSeconds(5);

    private readonly IResourceStore _store;
    private readonly TimeProvider _clock;
    private readonly ZoneRegistryOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _creating = new(1);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, ZoneTracker> _trackers = new(StringComparer.Ordinal);
    private Task _watching = Task.CompletedTask;

    /// <summary>A registry that has not started.</summary>
    /// <param name="store">Where Zones and ZoneInsights are.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where comings and goings are told.</param>
    public ZoneRegistry(IResourceStore store, TimeProvider clock, ZoneRegistryOptions options, ILogger<ZoneRegistry> logger)
    {
        _store = store;
        _clock = clock;
        _options = options;
        _logger = logger;
    }

    /// <summary>Reads what is known of zones; connections that an earlier process left open are written as ended.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var insights = await _store.ListAsync(new ResourceQuery { Kind = ZoneInsightKind.Name }, cancellationToken).ConfigureAwait(false);
        foreach (var insight in insights.Items)
        {
            _trackers[insight.Name] = New(insight.Name, insight.SpecAs<ZoneInsightSpec>());
        }

        _watching = Task.Run(() => WatchAsync(insights.Revision), CancellationToken.None);
    }

    /// <summary>
    /// Lets a stream of a zone in: finds its connection or begins one. A zone that is seen for the first time gets a Zone that is
    /// enabled.
    /// </summary>
    /// <param name="hello">Who it is.</param>
    /// <param name="connectionKey">Equal for all streams of one connection.</param>
    /// <param name="kind">The stream.</param>
    /// <param name="cancellationToken">The stream is gone.</param>
    /// <returns>The stream's place in its connection, to be disposed when the stream ends.</returns>
    /// <exception cref="ZoneRefusedException">The name cannot be one of a zone, or belongs to another store.</exception>
    public async ValueTask<ZoneStream> AdmitAsync(ZoneHello hello, string connectionKey, ZoneStreamKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hello);
        if (!_trackers.TryGetValue(hello.Zone, out var tracker))
        {
            DemandName(hello.Zone);
            tracker = _trackers.GetOrAdd(hello.Zone, zone => New(zone, null));
        }

        // Before anything is seen of it: what is seen belongs to the Zone.
        tracker.DemandName(hello);
        await EnsureZoneAsync(hello.Zone, cancellationToken).ConfigureAwait(false);
        return tracker.Admit(hello, connectionKey, kind);
    }

    /// <summary>Checks whether a zone would be let in, without letting it in.</summary>
    /// <exception cref="ZoneRefusedException">The name belongs to another store.</exception>
    public void Demand(ZoneHello hello)
    {
        ArgumentNullException.ThrowIfNull(hello);
        if (_trackers.TryGetValue(hello.Zone, out var tracker))
        {
            tracker.DemandName(hello);
        }
    }

    /// <summary>The newest connection of a zone; null: it is offline.</summary>
    public ZoneConnection? Find(string zone) => _trackers.TryGetValue(zone, out var tracker) ? tracker.Newest : null;

    /// <summary>The zones that are connected.</summary>
    public IEnumerable<ZoneConnection> Connected => _trackers.Values.Select(t => t.Newest).OfType<ZoneConnection>();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        foreach (var tracker in _trackers.Values)
        {
            await tracker.DisposeAsync().ConfigureAwait(false);
        }

        _creating.Dispose();
        _stop.Dispose();
    }

    private static void DemandName(string zone)
    {
        var violations = ResourceValidation.Validate(new Resource { Descriptor = ZoneKind.Resource, Name = zone, Spec = new ZoneSpec() });
        if (!violations.IsEmpty)
        {
            throw new ZoneRefusedException($"'{zone}' cannot be the name of a zone: {violations[0].Message}");
        }
    }

    private ZoneTracker New(string zone, ZoneInsightSpec? insight) => new(zone, insight, _store, _clock, _options, _logger);

    private async ValueTask EnsureZoneAsync(string zone, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(ZoneKind.Name, "", zone);
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        // The streams of a zone come at once: one of them creates, the others find.
        await _creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is null)
            {
                await _store.CreateAsync(new Resource { Descriptor = ZoneKind.Resource, Name = zone, Spec = new ZoneSpec { Enabled = true } }, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (ResourceExistsException)
        {
            // An operator was faster.
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>A Zone that is deleted while it is connected loses its connections; when it comes back, it is a new one.</summary>
    private async Task WatchAsync(long revision)
    {
        var hasMissed = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (hasMissed)
                {
                    revision = await ForgetMissingAsync().ConfigureAwait(false);
                    hasMissed = false;
                }

                await foreach (var change in _store.WatchAsync(revision, _stop.Token).ConfigureAwait(false))
                {
                    revision = change.Revision;
                    if (change is { Kind: ChangeKind.Deleted, Key.Kind: ZoneKind.Name } && _trackers.TryGetValue(change.Key.Name, out var tracker))
                    {
                        tracker.Forget();
                    }
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException)
            {
                hasMissed = true;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                ZonesLog.WatchBroke(_logger, _watchPause, fault);
                try
                {
                    await Task.Delay(_watchPause, _clock, _stop.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    /// <summary>The store forgot some changes: Zones that are not there were deleted.</summary>
    /// <returns>Revision at which that was so.</returns>
    private async ValueTask<long> ForgetMissingAsync()
    {
        // Before the list: a zone that comes meanwhile is in it.
        var known = _trackers.ToArray();
        var zones = await _store.ListAsync(new ResourceQuery { Kind = ZoneKind.Name }, _stop.Token).ConfigureAwait(false);
        var names = zones.Items.Select(zone => zone.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, tracker) in known.Where(pair => !names.Contains(pair.Key)))
        {
            tracker.Forget();
        }

        return zones.Revision;
    }
}
