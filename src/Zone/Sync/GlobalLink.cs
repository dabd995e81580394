using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Kds;
using Mesh.Sync.Applying;
using Mesh.Sync.Rules;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Sync;

/// <summary>
/// The receiving end of one stream from Global. Where the zone has resources from Global, the first deliveries are judged as one before any is applied: a sync that
/// would take away too much is held back, whole, until an operator accepts it. Nothing is ever deleted because a stream ended.
/// </summary>
public sealed class GlobalLink : SyncLink
{
    private const string MeshIsBack = "a mesh was made anew, and what is in it has to be compared again";

    private readonly ZoneSyncOptions _options;
    private readonly SyncHolds _holds;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Action<GlobalLink> _gone;
    private readonly ResourceCatalog _catalog;
    private readonly IReadOnlyList<ResourceDescriptor> _kinds;
    private readonly CancellationTokenSource _reconnect = new();

    // Touched in turns alone.
    private FirstSync? _first;
    private FirstSync? _followed;
    private bool _hasBegun;
    private bool _isAccepted;
    private string? _held;
    private ITimer? _patience;

    // Guarded by _reconnect.
    private bool _hasEnded;
    private string _reason = "";

    internal GlobalLink(
        IResourceStore store, ResourceCatalog catalog, ZoneSyncOptions options, SyncHolds holds, TimeProvider clock, ILogger logger, Action<GlobalLink> gone)
        : base(store, catalog, new GlobalIncomingRules(options.Zone))
    {
        (_options, _holds, _clock, _logger, _gone) = (options, holds, clock, logger, gone);
        _catalog = catalog;
        _kinds = SyncKinds.Of(catalog, SyncDirection.GlobalToZone);
        ReconnectRequested = _reconnect.Token;
    }

    /// <summary>Cancelled when the stream should be opened anew: a sync that was held back on it has been accepted, or has to be compared again.</summary>
    public CancellationToken ReconnectRequested { get; }

    /// <summary>Why <see cref="ReconnectRequested"/> was cancelled; empty before.</summary>
    public string ReconnectReason => Volatile.Read(ref _reason);

    /// <inheritdoc/>
    public override int CollectedCount => _first?.CollectedCount ?? 0;

    /// <summary>
    /// Takes what a response brings, in the order of the calls. The first deliveries of a stream are answered only when all have come: do not wait for one before
    /// handing on the next. When the task completes, accept the delivery, or reject it with <see cref="SyncResult.Error"/>. The delivery's bytes are not used after
    /// the call has returned its task. Does not throw for what Global sends.
    /// </summary>
    /// <exception cref="OperationCanceledException">The link was disposed of.</exception>
    public Task<SyncResult> ApplyAsync(KdsDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return KindOf(delivery.Type) is { } kind
            ? TakeAsync(DeliveryReader.Read(
                kind,
                delivery.Resources.Select(resource => KeyValuePair.Create(resource.Name, resource.Payload)),
                delivery.Removed,
                delivery.Faults,
                delivery.IsFullSet) with
            {
                MoreFollows = delivery.MoreFollows,
            })
            : Task.FromResult(new SyncResult { Error = $"{delivery.Type} does not travel from Global to zones" });
    }

    internal void RequestReconnect(string reason)
    {
        lock (_reconnect)
        {
            if (!_hasEnded && !_reconnect.IsCancellationRequested)
            {
                _reason = reason;
                _reconnect.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task<Task<SyncResult>> StepAsync(SyncDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (_held is not null)
        {
            return Task.FromResult(new SyncResult { Error = _held });
        }

        await BeginAsync().ConfigureAwait(false);
        if (_first is not { } first || !first.Collects(delivery))
        {
            var taken = await base.StepAsync(delivery).ConfigureAwait(false);
            if (_followed?.BringsBack(delivery) == true)
            {
                RequestReconnect(MeshIsBack);
            }

            return taken;
        }

        var answer = first.AddAsync(delivery);
        if (first.IsComplete || (first.IsLate && !delivery.MoreFollows))
        {
            await JudgeAsync(first).ConfigureAwait(false);
        }

        return answer;
    }

    /// <inheritdoc/>
    protected override async ValueTask EndedAsync()
    {
        if (_patience is { } timer)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        _first?.Abandon(null);
        _first = null;
        _gone(this);
        lock (_reconnect)
        {
            _hasEnded = true;
            _reconnect.Dispose();
        }
    }

    private async Task BeginAsync()
    {
        if (_hasBegun)
        {
            return;
        }

        var first = new FirstSync(Inbox, _catalog);
        await first.BeginAsync(_kinds, Stopped).ConfigureAwait(false);
        _hasBegun = true;
        if (first.HasAnything)
        {
            _first = first;
            _patience = _clock.CreateTimer(_ => JudgeLate(), null, _options.FirstSyncPatience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Global is slow, or does not know a kind of which something is stored: the others are judged without it, and it when it comes.</summary>
    private void JudgeLate() => _ = InTurnAsync(async () =>
    {
        if (_first is { IsLate: false } first && !Stopped.IsCancellationRequested)
        {
            await JudgeAsync(first).ConfigureAwait(false);
        }

        return true;
    });

    private async Task JudgeAsync(FirstSync first)
    {
        try
        {
            await (await HoldOfAsync(first).ConfigureAwait(false) is { } hold ? HoldAsync(first, hold) : FollowAsync(first)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or OperationCanceledException)
        {
            // Nothing is known about what was applied: the next stream compares again.
            first.Abandon(fault is StoreException ? fault : null);
            _held = fault.Message;
            RequestReconnect(fault.Message);
        }

        _first = first.IsLate && _held is null && !first.IsComplete ? first : null;
        await _patience!.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<SyncHold?> HoldOfAsync(FirstSync first)
    {
        var (kinds, stored, own) = await first.LossesAsync(Stopped).ConfigureAwait(false);
        var lost = kinds.Values.Sum();
        _isAccepted |= _holds.Current is { IsAccepted: true };

        // A mesh of which Global has little may be one of which the zone has much.
        if (lost + own <= _options.HoldMinimum || lost <= stored * _options.HoldShare || _isAccepted)
        {
            return null;
        }

        return new SyncHold
        {
            Since = _holds.Current?.Since ?? _clock.GetUtcNow(),
            Stored = stored,
            Lost = lost,
            Own = own,
            Kinds = kinds,
            FormerCluster = first.FormerCluster(),
        };
    }

    private async Task HoldAsync(FirstSync first, SyncHold hold)
    {
        var text = hold.Describe(_options.Zone);
        if (_holds.Current is null)
        {
            SyncLog.HeldBack(_logger, text);
        }

        await _holds.SetAsync(hold, Stopped).ConfigureAwait(false);
        _held = text;
        first.Answer(text);
    }

    private async Task FollowAsync(FirstSync first)
    {
        _followed = first;
        if (await first.FollowAsync(Stopped).ConfigureAwait(false))
        {
            RequestReconnect(MeshIsBack);
        }

        if (_holds.Current is { } hold)
        {
            await _holds.SetAsync(null, Stopped).ConfigureAwait(false);
            SyncLog.FollowedAgain(_logger, _options.Zone, hold.IsAccepted ? "it was accepted" : "it no longer takes away too much");
        }
    }
}
