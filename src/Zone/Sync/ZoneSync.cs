using System.Collections.Concurrent;
using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Kds;
using Mesh.Sync.Applying;
using Mesh.Sync.Following;
using Mesh.Sync.Rules;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Sync;

/// <summary>
/// The zone's half of synchronization, without sockets: its own resources feed Global, and what Global sends is stored beside them. Safe for concurrent use.
/// </summary>
public sealed class ZoneSync : IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly ResourceCatalog _catalog;
    private readonly ZoneSyncOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SyncHolds _holds;
    private readonly StoreFollower _follower;
    private readonly ConcurrentDictionary<GlobalLink, bool> _links = new();

    /// <summary>A synchronization that is not running yet.</summary>
    /// <param name="store">The zone's store.</param>
    /// <param name="catalog">Kinds of resources.</param>
    /// <param name="options">Name of the zone, and when a sync is held back.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="logger">Told of what cannot be sent, and of syncs that are held back.</param>
    public ZoneSync(IResourceStore store, ResourceCatalog catalog, ZoneSyncOptions options, TimeProvider clock, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _catalog, _options, _clock, _logger, _holds) = (store, catalog, options, clock, logger, new SyncHolds(store));
        var engine = new ResourceEngine();
        Feed = new ResourceFeed(engine, options.RememberedRemovals);
        SentTypes = [.. SyncKinds.Of(catalog, SyncDirection.ZoneToGlobal).Select(kind => kind.Kind)];
        ReceivedTypes = [.. SyncKinds.Of(catalog, SyncDirection.GlobalToZone).Select(kind => kind.Kind)];
        var types = SentTypes.ToDictionary(kind => kind, kind => KdsTypes.Register(engine.Types, kind), StringComparer.Ordinal);
        var publisher = new FeedPublisher(Feed, types, new ZoneToGlobalRules(options.Zone), logger);
        _follower = new StoreFollower(store, new ZoneFeed(Feed, publisher, types.ContainsKey), options.WatchPause, clock, logger);
    }

    /// <summary>What Global is sent (<see cref="KdsSender"/>).</summary>
    public ResourceFeed Feed { get; }

    /// <summary>Types of <see cref="Feed"/>.</summary>
    public IReadOnlyList<string> SentTypes { get; }

    /// <summary>Types to ask Global for, in the order in which they are best asked for.</summary>
    public IReadOnlyList<string> ReceivedTypes { get; }

    /// <summary>The sync that is held back; null: none is.</summary>
    public SyncHold? Hold => _holds.Current;

    /// <summary>Completes when everything that existed at the start is in the feed.</summary>
    public Task Ready => _follower.Synced;

    /// <summary>Revision of the store that <see cref="Feed"/> is true to; -1 before <see cref="Ready"/>.</summary>
    public long Revision => _follower.Revision;

    /// <summary>Begins to follow the store, and remembers whether a sync is held back.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken = default)
    {
        await _holds.LoadAsync(cancellationToken).ConfigureAwait(false);
        _follower.Start();
    }

    /// <summary>The receiving end of one stream from Global; dispose it when the stream has ended.</summary>
    public GlobalLink Connect()
    {
        var link = new GlobalLink(_store, _catalog, _options, _holds, _clock, _logger, gone => _links.TryRemove(gone, out _));
        _links[link] = true;
        return link;
    }

    /// <summary>Follows the sync that is held back: the streams are opened anew, and the next first sync is not judged. Kept over a restart.</summary>
    /// <returns>False when none is held back.</returns>
    public async ValueTask<bool> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (_holds.Current is not { } hold)
        {
            return false;
        }

        await _holds.SetAsync(hold with { IsAccepted = true }, cancellationToken).ConfigureAwait(false);
        foreach (var link in _links.Keys)
        {
            link.RequestReconnect("the sync that was held back was accepted");
        }

        return true;
    }

    /// <summary>
    /// Takes back what Global kept of a zone that lost its store: services first, so that none is made anew of its proxies, with another address; then proxies,
    /// because what else is made of them goes where there are none. Completes when all of it is in <see cref="Feed"/>, so that Global is never told that it is
    /// gone. What is here already stays, so it can be asked for again until everything is here.
    /// </summary>
    /// <param name="copies">As Global has them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RestoreResult> RestoreAsync(IEnumerable<Resource> copies, CancellationToken cancellationToken = default)
    {
        var rules = new CopyRules(_options.Zone);
        var inbox = new SyncInbox(_store, rules);
        var meshes = await _store.ListAsync(new ResourceQuery { Kind = MeshKind.Name }, cancellationToken).ConfigureAwait(false);
        var known = meshes.Items.Select(mesh => mesh.Name).ToHashSet(StringComparer.Ordinal);
        var all = copies.Select(rules.AtHome).OfType<Resource>().ToLookup(resource => resource.Mesh.Length == 0 || known.Contains(resource.Mesh));
        var written = 0;
        var isUnavailable = false;
        foreach (var kind in all[true].GroupBy(resource => resource.Descriptor).OrderBy(group => Turn(group.Key)))
        {
            var result = await inbox.ApplyAsync(new SyncDelivery { Kind = kind.Key, Resources = [.. kind] }, cancellationToken).ConfigureAwait(false);
            written += result.Written;
            isUnavailable |= result.IsUnavailable;
            if (result.Error is { } error)
            {
                SyncLog.NotRestored(_logger, error);
            }
        }

        await _follower.ReachedAsync(_store.Revision, cancellationToken).ConfigureAwait(false);
        if (written > 0)
        {
            SyncLog.Restored(_logger, _options.Zone, written);
        }

        return new RestoreResult(written, all[false].Count(), isUnavailable);
    }

    /// <summary>
    /// Makes everything that a zone got from Global its own, for a zone that has left it. What other zones wrote stays as it is: its endpoints are there, not here.
    /// Run it at the start of a zone without a Global; it writes nothing when there is nothing to do.
    /// </summary>
    /// <returns>How many resources changed hands.</returns>
    public static async Task<int> ReleaseAsync(
        IResourceStore store, ResourceCatalog catalog, string zone, ILogger logger, CancellationToken cancellationToken = default)
    {
        var count = await new SyncRelease(store, catalog, zone).RunAsync(cancellationToken).ConfigureAwait(false);
        if (count > 0)
        {
            SyncLog.Released(logger, zone, count);
        }

        return count;
    }

    private static int Turn(ResourceDescriptor kind) => kind.Kind switch
    {
        MeshServiceKind.Name => 0,
        DataplaneKind.Name => 1,
        DataplaneInsightKind.Name => 2,
        _ => 3,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync().ConfigureAwait(false);
        foreach (var link in _links.Keys)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }
}
