using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Kds;
using Mesh.Sync.Following;
using Mesh.Sync.Rules;
using Microsoft.Extensions.Logging;

namespace Mesh.Global.Sync;

/// <summary>
/// The global half of synchronization, without sockets: one watch of the store feeds all zones, and what zones send is stored as theirs. Safe for concurrent use.
/// </summary>
public sealed class GlobalSync : IOwnerObserver, IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly ResourceCatalog _catalog;
    private readonly TrustDomains _domains = new();
    private readonly StoreFollower _follower;
    private readonly ConcurrentDictionary<ZoneLink, bool> _links = new();

    /// <summary>A synchronization that is not running yet.</summary>
    /// <param name="store">Global's store.</param>
    /// <param name="catalog">Kinds of resources.</param>
    /// <param name="options">How it works.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="logger">Told of what cannot be sent, and of broken watches.</param>
    public GlobalSync(IResourceStore store, ResourceCatalog catalog, GlobalSyncOptions options, TimeProvider clock, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _catalog) = (store, catalog);
        var engine = new ResourceEngine();
        Feed = new ResourceFeed(engine, options.RememberedRemovals);
        SentTypes = [.. SyncKinds.Of(catalog, SyncDirection.GlobalToZone).Select(kind => kind.Kind)];
        ReceivedTypes = [.. SyncKinds.Of(catalog, SyncDirection.ZoneToGlobal).Select(kind => kind.Kind)];
        var types = SentTypes.ToDictionary(kind => kind, kind => KdsTypes.Register(engine.Types, kind), StringComparer.Ordinal);
        var feed = new GlobalFeed(Feed, types, new GlobalToZoneRules(options.SkippedLabelPrefixes), this, _domains, logger);
        _follower = new StoreFollower(store, feed, options.WatchPause, clock, logger);
    }

    /// <summary>What zones are sent; a zone reads it under its authenticated name (<see cref="KdsSender"/>).</summary>
    public ResourceFeed Feed { get; }

    /// <summary>Types of <see cref="Feed"/>, in the order in which they are best sent.</summary>
    public IReadOnlyList<string> SentTypes { get; }

    /// <summary>Types to ask zones for.</summary>
    public IReadOnlyList<string> ReceivedTypes { get; }

    /// <summary>Completes when everything that existed at the start is in the feed.</summary>
    public Task Ready => _follower.Synced;

    /// <summary>Revision of the store that <see cref="Feed"/> is true to; -1 before <see cref="Ready"/>.</summary>
    public long Revision => _follower.Revision;

    /// <summary>Begins to follow the store.</summary>
    public void Start() => _follower.Start();

    /// <summary>The receiving end of one stream from a zone; dispose it when the stream has ended.</summary>
    /// <param name="zone">Name of the zone as authenticated, never as it says itself. Its Zone resource must exist before anything is stored.</param>
    public ZoneLink Connect(string zone)
    {
        ArgumentException.ThrowIfNullOrEmpty(zone);
        var link = new ZoneLink(zone, _store, _catalog, _domains, Ready, gone => _links.TryRemove(gone, out _));
        _links[link] = true;
        return link;
    }

    /// <summary>Everything that a zone sent and that is stored, kind after kind: what a zone needs that lost its store.</summary>
    /// <param name="zone">Name of the zone as authenticated.</param>
    public async IAsyncEnumerable<Resource> OfZoneAsync(string zone, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var kind in ReceivedTypes)
        {
            var query = new ResourceQuery { Kind = kind, Filter = resource => SyncLabels.AuthorZone(resource) == zone };
            foreach (var resource in (await _store.ListAsync(query, cancellationToken).ConfigureAwait(false)).Items)
            {
                yield return resource;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync().ConfigureAwait(false);
        foreach (var link in _links.Keys)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    void IOwnerObserver.OwnerStored(ResourceKey owner)
    {
        foreach (var link in _links.Keys)
        {
            link.OwnerStored(owner);
        }
    }

    /// <inheritdoc/>
    void IOwnerObserver.OwnerDeleted(ResourceKey owner)
    {
        foreach (var link in _links.Keys)
        {
            link.OwnerDeleted(owner);
        }
    }
}
