using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Kds;
using Mesh.Sync.Applying;

namespace Mesh.Global.Sync;

/// <summary>The receiving end of one stream from a zone. The host asks with what <see cref="SyncLink.HeldAsync"/> says and hands on what comes.</summary>
public sealed class ZoneLink : SyncLink
{
    private readonly ZoneIncomingRules _rules;
    private readonly Action<ZoneLink> _gone;
    private readonly CancellationTokenSource _reconnect = new();

    // What a zone may send is known when all that Global has is known.
    private readonly Task _ready = Task.CompletedTask;

    // Of the thread that follows the store.
    private readonly HashSet<ResourceKey> _goneOwners = [];

    internal ZoneLink(string zone, IResourceStore store, ResourceCatalog catalog, TrustDomains domains, Task ready, Action<ZoneLink> gone)
        : this(zone, store, catalog, new ZoneIncomingRules(zone, domains), gone) => _ready = ready;

    private ZoneLink(string zone, IResourceStore store, ResourceCatalog catalog, ZoneIncomingRules rules, Action<ZoneLink> gone)
        : base(store, catalog, rules) => (Zone, _rules, _gone, ReconnectRequested) = (zone, rules, gone, _reconnect.Token);

    /// <summary>Authenticated name of the zone.</summary>
    public string Zone { get; }

    /// <summary>
    /// Cancelled when the stream should be opened anew: a Mesh went, and with it what the zone has in it, and it is back. The zone may never hear that it
    /// was gone, and then it sends nothing again by itself.
    /// </summary>
    public CancellationToken ReconnectRequested { get; }

    /// <summary>Resources that claimed to be of another zone or of Global and were stored as this zone's.</summary>
    public long AttributionRewrites => _rules.AttributionRewrites;

    /// <summary>
    /// Takes what a response brings. Deliveries are stored one after the other, in the order of the calls; the delivery's bytes are not used after the call
    /// has returned its task. When that completes, accept the delivery, or reject it with <see cref="SyncResult.Error"/>: all else in it is stored then.
    /// Does not throw for what a zone sends.
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
            : Task.FromResult(new SyncResult { Error = $"{delivery.Type} does not travel from zones to Global" });
    }

    internal void OwnerDeleted(ResourceKey owner)
    {
        if (owner.Kind != ZoneKind.Name || owner.Name == Zone)
        {
            _goneOwners.Add(owner);
        }
    }

    internal void OwnerStored(ResourceKey owner)
    {
        if (_goneOwners.Remove(owner))
        {
            _reconnect.Cancel();
        }

        // Also where nothing waits yet: a delivery that is being taken may have found the owner missing a moment ago.
        if (!Stopped.IsCancellationRequested)
        {
            _ = InTurnAsync(async () =>
            {
                await Inbox.TakeWaitingAsync(Stopped).ConfigureAwait(false);
                return true;
            });
        }
    }

    /// <inheritdoc/>
    protected override async Task<Task<SyncResult>> StepAsync(SyncDelivery delivery)
    {
        await _ready.WaitAsync(Stopped).ConfigureAwait(false);
        return await base.StepAsync(delivery).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ValueTask EndedAsync()
    {
        _gone(this);
        return ValueTask.CompletedTask;
    }
}
