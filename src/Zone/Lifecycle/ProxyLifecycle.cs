using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Identity;
using Mesh.Zone.Ingest;
using Mesh.Zone.Insights;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Lifecycle;

/// <summary>
/// Follows proxies from their first stream to their leaving: writes what was seen of them, and removes the Dataplanes of those
/// that are gone. A change of state is written at once, counters at most once in an interval. When many arrive, they are written of half an interval later.
/// </summary>
public sealed class ProxyLifecycle : IAsyncDisposable
{
    // A proxy that opens its stream anew within this time was never away.
    private static readonly TimeSpan _blink = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ProxyKey, ProxyRecord> _records = new();
    private readonly ConcurrentDictionary<ProxyKey, byte> _unreturned = new();

    // Gone, and their Dataplanes are not removed yet.
    private readonly ConcurrentDictionary<ProxyKey, byte> _leaving = new();

    // Dataplanes that were removed while their proxies came back, until they are there again.
    private readonly ConcurrentDictionary<ProxyKey, Resource> _taken = new();
    private readonly DepartureLedger _departures;
    private readonly IResourceStore _store;
    private readonly TimeProvider _clock;
    private readonly ZoneControlOptions _options;
    private readonly ILogger _logger;
    private readonly WorkloadSecrets _certificates;
    private readonly InsightWriter _writer;
    private readonly WorkQueue<ProxyKey> _queue;
    private readonly DueItems<ProxyKey> _cleanup;
    private readonly ArrivalPause _arrivals;
    private ITimer? _returnTimer;

    /// <summary>No proxies yet.</summary>
    /// <param name="store">Where Dataplanes and their insights are.</param>
    /// <param name="controllers">Whose certificates are shown.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="options">Delays and intervals.</param>
    /// <param name="logger">Where faults and removals are told.</param>
    public ProxyLifecycle(
        IResourceStore store, ZoneControllers controllers, TimeProvider clock, ZoneControlOptions options, ILogger<ProxyLifecycle> logger)
    {
        ArgumentNullException.ThrowIfNull(controllers);
        _store = store;
        _clock = clock;
        _options = options;
        _logger = logger;
        _certificates = controllers.Certificates;
        _departures = new DepartureLedger(clock, options.DeregistrationDelay);
        _arrivals = new ArrivalPause(clock, options.InsightFlushInterval / 2);
        _writer = new InsightWriter(store, options, _certificates.Describe);
        _queue = new WorkQueue<ProxyKey>(WorkAsync, clock, options, logger);
        _cleanup = new DueItems<ProxyKey>(clock, proxy => _queue.Ask(proxy));
        _certificates.FactsChanged += OnCertificate;
    }

    /// <summary>How many proxies have an open stream.</summary>
    public int Connected => _records.Values.Count(record => record.Open > 0);

    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>
    /// Takes over what an earlier process left: proxies that it had connected may come back for a while before they count as offline. To be called again when
    /// insights came back that had been lost.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var insights = await _store.ListAsync(new ResourceQuery { Kind = DataplaneInsightKind.Name }, cancellationToken).ConfigureAwait(false);
        foreach (var insight in insights.Items)
        {
            var proxy = new ProxyKey(insight.Mesh, insight.Name);
            if (_records.ContainsKey(proxy))
            {
                continue;
            }

            if (ProxyStates.IsConnected(insight.SpecAs<DataplaneInsightSpec>()))
            {
                _unreturned[proxy] = 0;
            }
            else
            {
                ScheduleCleanup(proxy, insight.SpecAs<DataplaneInsightSpec>());
            }
        }

        if (!_unreturned.IsEmpty)
        {
            _departures.Restarted();
            if (_returnTimer is { } former)
            {
                await former.DisposeAsync().ConfigureAwait(false);
            }

            _returnTimer = _clock.CreateTimer(_ => GiveUpReturns(), null, _options.ReturnPeriod, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A proxy opened a stream, in addition to those it may have.</summary>
    public ProxySession Connect(ProxyArrival arrival)
    {
        ArgumentNullException.ThrowIfNull(arrival);
        var session = new ProxySession(this, arrival, _options.InstanceId, Now);
        while (true)
        {
            var record = _records.GetOrAdd(arrival.Proxy, _ => new ProxyRecord());
            lock (record)
            {
                if (record.IsRetired)
                {
                    continue;
                }

                session.Record = record;
                record.Sessions.Add(session);
                record.Open++;
                record.RemoveAt = null;
                record.WrittenAt = null;
                record.BroughtDataplane |= arrival.BroughtDataplane;
            }

            break;
        }

        _unreturned.TryRemove(arrival.Proxy, out _);
        _leaving.TryRemove(arrival.Proxy, out _);
        _departures.Arrived(arrival.Proxy);
        _cleanup.Set(arrival.Proxy, null);
        if (_arrivals.Next() is { } later)
        {
            _queue.AskNoLater(arrival.Proxy, later);
        }
        else
        {
            _queue.Ask(arrival.Proxy);
        }

        return session;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _certificates.FactsChanged -= OnCertificate;
        if (_returnTimer is not null)
        {
            await _returnTimer.DisposeAsync().ConfigureAwait(false);
        }

        _cleanup.Dispose();
        await _queue.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Counters or metadata of a proxy changed. Looks nothing up when it is asked for already: so it is with most acknowledgements.</summary>
    internal void Touch(ProxySession session)
    {
        var record = session.Record!;
        if (record.IsAsked)
        {
            return;
        }

        DateTimeOffset due;
        lock (record)
        {
            if (record.IsAsked || record.IsRetired || record.WrittenAt is not { } written)
            {
                // What is not written of since the proxy arrived is to be told with that.
                return;
            }

            record.IsAsked = true;
            var (allowed, rested) = (written + _options.InsightFlushInterval, Now + _options.InsightDelay);
            due = allowed > rested ? allowed : rested;
        }

        _queue.AskNoLater(session.Proxy, due);
    }

    internal void Ended(ProxySession session, StreamEnding ending)
    {
        if (!_records.TryGetValue(session.Proxy, out var record))
        {
            return;
        }

        lock (record)
        {
            record.Open--;
            if (record.Open == 0 && ending != StreamEnding.ByServer)
            {
                _departures.Left(session.Proxy);
                record.RemoveAt = ending == StreamEnding.ByProxy && record.BroughtDataplane ? Now + _options.DeregistrationDelay : null;
            }
        }

        _queue.AskNoLater(session.Proxy, Now + (ending == StreamEnding.ByServer ? _options.ReturnPeriod : _blink));
    }

    private void OnCertificate(ProxyKey proxy)
    {
        if (WrittenAt(proxy) is not null)
        {
            _queue.Ask(proxy);
        }
    }

    /// <summary>When a proxy was last written of; null: not since it arrived, and what is to be told goes along with that.</summary>
    private DateTimeOffset? WrittenAt(ProxyKey proxy)
    {
        if (!_records.TryGetValue(proxy, out var record))
        {
            return null;
        }

        lock (record)
        {
            return record.WrittenAt;
        }
    }

    private async ValueTask WorkAsync(ProxyKey proxy, CancellationToken cancellationToken)
    {
        if (!_records.TryGetValue(proxy, out var record))
        {
            await CloseOrCleanUpAsync(proxy, cancellationToken).ConfigureAwait(false);
            return;
        }

        await GiveBackAsync(proxy, cancellationToken).ConfigureAwait(false);
        List<ProxySession> sessions;
        DateTimeOffset? removeAt;
        lock (record)
        {
            sessions = [.. record.Sessions];
            removeAt = record.RemoveAt;
            record.WrittenAt = Now;
            record.IsAsked = false;
        }

        await _writer.WriteAsync(proxy, sessions, cancellationToken).ConfigureAwait(false);
        if (removeAt > Now)
        {
            _queue.AskNoLater(proxy, removeAt.Value);
            return;
        }

        var isLeaving = removeAt is not null;
        if (TryRetire(proxy, record, sessions))
        {
            await LeaveAsync(proxy, isLeaving, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets sessions that ended and were written, and the proxy with its last one.</summary>
    private bool TryRetire(ProxyKey proxy, ProxyRecord record, List<ProxySession> written)
    {
        lock (record)
        {
            if (record.RemoveAt > Now)
            {
                return false;
            }

            record.Sessions.RemoveAll(session => written.Contains(session) && session.ToSubscription().DisconnectTime is not null && record.Open > 0);
            if (record.Open > 0 || record.Sessions.Any(session => !written.Contains(session)))
            {
                return false;
            }

            record.IsRetired = true;
            _records.TryRemove(new KeyValuePair<ProxyKey, ProxyRecord>(proxy, record));
            return true;
        }
    }

    private async ValueTask LeaveAsync(ProxyKey proxy, bool isLeaving, CancellationToken cancellationToken)
    {
        _cleanup.Set(proxy, Now + _options.DataplaneCleanupAge);
        if (isLeaving && _departures.IsGone(proxy))
        {
            _leaving[proxy] = 0;
            await RemoveLeavingAsync(proxy, cancellationToken).ConfigureAwait(false);
        }
        else if (isLeaving)
        {
            LifecycleLog.Kept(_logger, proxy.ToString());
        }
    }

    /// <summary>Removes the Dataplane of a proxy that is gone. Where that fails it is tried again: of the proxy itself nothing is known any more.</summary>
    private async ValueTask RemoveLeavingAsync(ProxyKey proxy, CancellationToken cancellationToken)
    {
        await RemoveAsync(proxy, "its proxy left", cancellationToken).ConfigureAwait(false);
        _leaving.TryRemove(proxy, out _);
        _cleanup.Set(proxy, null);
    }

    private async ValueTask CloseOrCleanUpAsync(ProxyKey proxy, CancellationToken cancellationToken)
    {
        if (_leaving.ContainsKey(proxy))
        {
            await RemoveLeavingAsync(proxy, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (_unreturned.ContainsKey(proxy))
        {
            await _writer.CloseAsync(proxy, Now, cancellationToken).ConfigureAwait(false);
            _unreturned.TryRemove(proxy, out _);
            _cleanup.Set(proxy, Now + _options.DataplaneCleanupAge);
            return;
        }

        var key = new ResourceKey(DataplaneInsightKind.Name, proxy.Mesh, proxy.Name);
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { Spec: DataplaneInsightSpec insight } || ProxyStates.IsConnected(insight))
        {
            return;
        }

        if (LastSeen(insight) + _options.DataplaneCleanupAge <= Now)
        {
            await RemoveAsync(proxy, $"it was offline for {_options.DataplaneCleanupAge}", cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask RemoveAsync(ProxyKey proxy, string reason, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(DataplaneKind.Name, proxy.Mesh, proxy.Name);

        // It may be back in the last moment.
        while (!_records.ContainsKey(proxy) && await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } dataplane)
        {
            try
            {
                await _store.DeleteAsync(key, dataplane.Version, cancellationToken).ConfigureAwait(false);
            }
            catch (ResourceNotFoundException)
            {
                // Somebody else removed it.
                return;
            }
            catch (ResourceConflictException)
            {
                // Somebody wrote it meanwhile, perhaps because its proxy is back.
                continue;
            }

            LifecycleLog.Removed(_logger, proxy.ToString(), reason);
            if (_records.ContainsKey(proxy))
            {
                // It came back while the removal was written, and found a Dataplane that was there still and right.
                _taken[proxy] = dataplane;
                await GiveBackAsync(proxy, cancellationToken).ConfigureAwait(false);
                _queue.Ask(proxy);
            }

            return;
        }
    }

    private async ValueTask GiveBackAsync(ProxyKey proxy, CancellationToken cancellationToken)
    {
        if (!_taken.TryGetValue(proxy, out var dataplane))
        {
            return;
        }

        try
        {
            await _store.CreateAsync(dataplane, cancellationToken).ConfigureAwait(false);
            LifecycleLog.GivenBack(_logger, proxy.ToString());
        }
        catch (StoreException unneeded) when (unneeded is ResourceExistsException or ResourceOwnerMissingException)
        {
            // The proxy registered it again, or there is no mesh for it.
        }

        _taken.TryRemove(proxy, out _);
    }

    private void GiveUpReturns()
    {
        var missing = _unreturned.Keys.ToList();
        if (missing.Count > 0)
        {
            LifecycleLog.DidNotReturn(_logger, missing.Count);
        }

        foreach (var proxy in missing)
        {
            _queue.Ask(proxy);
        }
    }

    private void ScheduleCleanup(ProxyKey proxy, DataplaneInsightSpec insight)
    {
        if (LastSeen(insight) is { } seen)
        {
            _cleanup.Set(proxy, seen + _options.DataplaneCleanupAge);
        }
    }

    private static DateTimeOffset? LastSeen(DataplaneInsightSpec insight) => insight.Subscriptions?.Max(subscription => subscription.DisconnectTime);
}
