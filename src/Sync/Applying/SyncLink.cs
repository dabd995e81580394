using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Sync.Rules;

namespace Mesh.Sync.Applying;

/// <summary>What both ends of a stream have in common: deliveries are taken one after the other, counted, and never end the stream by an exception.</summary>
public abstract class SyncLink : IAsyncDisposable
{
    private readonly ResourceCatalog _catalog;
    private readonly OrderedWork _order = new();
    private readonly SyncLedger _ledger = new();
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;

    /// <summary>A link into a store.</summary>
    protected SyncLink(IResourceStore store, ResourceCatalog catalog, IIncomingRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _catalog = catalog;
        Inbox = new SyncInbox(store, rules);
        Direction = rules.Direction;
        Stopped = _stop.Token;
    }

    /// <summary>Where deliveries go.</summary>
    protected SyncInbox Inbox { get; }

    /// <summary>Cancelled when the link is disposed of.</summary>
    protected CancellationToken Stopped { get; }

    private SyncDirection Direction { get; }

    /// <summary>What came over this stream, by kind.</summary>
    public IReadOnlyList<SyncKindStatus> Status => _ledger.Snapshot();

    /// <summary>Resources that wait for their Mesh.</summary>
    public int WaitingCount => Inbox.WaitingCount;

    /// <summary>Wire name and version of everything that is stored of a type and came from the peer; see <see cref="SyncInbox.HeldAsync"/>.</summary>
    public async ValueTask<IReadOnlyCollection<KeyValuePair<string, string>>> HeldAsync(string type, CancellationToken cancellationToken = default) =>
        KindOf(type) is { } kind ? await Inbox.HeldAsync(kind, cancellationToken).ConfigureAwait(false) : [];

    /// <summary>Completes when everything that was handed on so far has had its turn: it is taken, refused, or waits for what comes later.</summary>
    public Task IdleAsync() => _order.IdleAsync();

    /// <summary>Deliveries that had their turn and are answered only when others have come. Read it while the link is idle.</summary>
    public virtual int CollectedCount => 0;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _order.IdleAsync().ConfigureAwait(false);
        await EndedAsync().ConfigureAwait(false);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The kind of a type that travels in this direction; null: it does not.</summary>
    protected ResourceDescriptor? KindOf(string type) =>
        _catalog.TryGetKind(type, out var kind) && SyncKinds.Travels(kind, Direction) ? kind : null;

    /// <summary>Takes a delivery in its turn.</summary>
    protected async Task<SyncResult> TakeAsync(SyncDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var kind = delivery.Kind.Kind;
        SyncResult result;
        try
        {
            var outcome = await _order.RunAsync(() => StepAsync(delivery)).ConfigureAwait(false);
            result = await outcome.ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            result = new SyncResult { Error = $"{kind}: {fault.Message}", IsUnavailable = fault is StoreUnavailableException };
        }

        _ledger.Record(kind, result.Error);
        return result;
    }

    /// <summary>Runs work between deliveries.</summary>
    protected Task<T> InTurnAsync<T>(Func<Task<T>> work) => _order.RunAsync(work);

    /// <summary>Takes one delivery. The inner task may end later than the turn.</summary>
    protected virtual async Task<Task<SyncResult>> StepAsync(SyncDelivery delivery) =>
        Task.FromResult(await Inbox.ApplyAsync(delivery, Stopped).ConfigureAwait(false));

    /// <summary>The link ends: no turn is under way.</summary>
    protected virtual ValueTask EndedAsync() => ValueTask.CompletedTask;
}
