namespace Mesh.Engine.Feeds;

/// <summary>A stream that serves a reader of a feed and wants to know of changes.</summary>
public interface IFeedListener
{
    /// <summary>
    /// Something that this reader sees can be read. Called by the writer, without a lock of the feed: set a flag or release a
    /// waiter, never block or throw. May come although nothing is left to read.
    /// </summary>
    void FeedChanged();
}
