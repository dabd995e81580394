namespace Mesh.Engine.Feeds;

/// <summary>
/// The cursor of one stream in a <see cref="ResourceFeed"/>. For one thread at a time.
/// </summary>
public sealed class FeedReader : IDisposable
{
    internal FeedReader()
    {
    }

    /// <summary>Who reads.</summary>
    public string Audience => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
