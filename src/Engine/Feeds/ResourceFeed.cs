namespace Mesh.Engine.Feeds;

/// <summary>
/// Newest state of named resources of several types and the order of their changes: one writer, many readers. See README.md.
/// Memory is that of the resources, a reader costs a few numbers per type. Safe for concurrent use.
/// </summary>
public sealed class ResourceFeed
{
    /// <summary>An empty feed that is not complete.</summary>
    /// <param name="engine">Stores the resources; its types are the feed's types.</param>
    /// <param name="maxTombstones">Removals kept per type for readers that have not passed them, at least. When there are more than these and than resources, the oldest are forgotten and readers that needed them have lapsed.</param>
    public ResourceFeed(ResourceEngine engine, int maxTombstones = 16 * 1024)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Engine = engine;
    }

    /// <summary>Where the resources are stored.</summary>
    public ResourceEngine Engine { get; }

    /// <summary>Whether <see cref="Complete"/> was called.</summary>
    public bool IsComplete => throw new NotImplementedException();

    /// <summary>Puts the newest state of a resource. Its version is the hash of its bytes.</summary>
    /// <param name="type">A type of the engine.</param>
    /// <param name="name">Resource name, at most <see cref="ResourceEngine.MaxNameLength"/> bytes.</param>
    /// <param name="resource">The encoded message.</param>
    /// <param name="exceptFor">The one audience that does not see it; null: all see it. For that audience a resource it saw before is removed.</param>
    /// <returns>False when all of it is as before: nothing happens then.</returns>
    public bool Put(ResourceType type, string name, ReadOnlySpan<byte> resource, string? exceptFor = null) => throw new NotImplementedException();

    /// <summary>Removes a resource.</summary>
    /// <returns>False when there was none.</returns>
    public bool Remove(ResourceType type, string name) => throw new NotImplementedException();

    /// <summary>Says that everything that exists was put. Before it readers get nothing: a feed half loaded must never look like a deletion.</summary>
    public void Complete() => throw new NotImplementedException();

    /// <summary>Number of resources of a type.</summary>
    public int Count(ResourceType type) => throw new NotImplementedException();

    /// <summary>Opens a cursor; dispose it at the end of its stream.</summary>
    /// <param name="audience">Who reads: a resource put with this <c>exceptFor</c> does not exist for it.</param>
    /// <param name="listener">Woken by every change that this audience sees, of the types subscribed to.</param>
    public FeedReader Open(string audience, IFeedListener listener) => throw new NotImplementedException();
}
