using Mesh.Engine.Feeds;
using Mesh.Model.Resources;
using Mesh.Sync.Following;

namespace Mesh.Zone.Sync;

/// <summary>Keeps the feed for Global true to the store.</summary>
internal sealed class ZoneFeed(ResourceFeed feed, FeedPublisher publisher, Func<string, bool> observes) : IStoreObserver
{
    /// <inheritdoc/>
    public bool Observes(string kind) => observes(kind);

    /// <inheritdoc/>
    public void Put(Resource resource) => publisher.Publish(resource);

    /// <inheritdoc/>
    public void Deleted(ResourceKey key) => publisher.Withdraw(key);

    /// <inheritdoc/>
    public void Synced()
    {
        if (!feed.IsComplete)
        {
            feed.Complete();
        }
    }
}
