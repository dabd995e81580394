using System.Text;
using Mesh.Engine.Content;
using Mesh.Engine.Feeds;

namespace Mesh.Engine.Tests.Feeds;

/// <summary>A feed of one type and readers of it, with short texts for what is read.</summary>
internal sealed class FeedFixture
{
    public FeedFixture(int maxTombstones = 1000)
    {
        Type = Engine.Types.Register("Thing", "type.googleapis.com/test.Envelope");
        Feed = new ResourceFeed(Engine, maxTombstones);
    }

    public ResourceEngine Engine { get; } = new();

    public ResourceType Type { get; }

    public ResourceFeed Feed { get; }

    public static FeedFixture Loaded(params string[] names)
    {
        var fixture = new FeedFixture();
        foreach (var name in names)
        {
            fixture.Put(name);
        }

        fixture.Feed.Complete();
        return fixture;
    }

    public bool Put(string name, string content = "1", string? exceptFor = null) =>
        Feed.Put(Type, name, Encoding.UTF8.GetBytes(content), exceptFor);

    public bool Remove(string name) => Feed.Remove(Type, name);

    public Listener Open(string audience)
    {
        var listener = new Listener(this);
        listener.Reader = Feed.Open(audience, listener);
        listener.Reader.Subscribe(Type);
        return listener;
    }

    /// <summary>A reader, its position and how often it was woken.</summary>
    internal sealed class Listener(FeedFixture fixture) : IFeedListener
    {
        private readonly FeedBatch _batch = new();

        public FeedReader Reader { get; set; } = null!;

        public long Position { get; private set; }

        public int Wakes { get; private set; }

        public void FeedChanged() => Wakes++;

        public bool Holds(string name, string content = "1")
        {
            Span<byte> version = stackalloc byte[VersionId.ContentTextLength];
            VersionId.WriteContentText(Encoding.UTF8.GetBytes(content), default, version);
            return Reader.Holds(fixture.Type, Encoding.UTF8.GetBytes(name), VersionId.OfText(version));
        }

        /// <summary>What comes next, as <c>a=1 -b</c>, with an ellipsis when there is more.</summary>
        public string Read(bool pass = true, long budget = 1 << 20)
        {
            Position = Reader.Read(fixture.Type, Position, long.MaxValue, budget, _batch);
            if (pass)
            {
                Reader.Pass(fixture.Type, Position);
            }

            return Take();
        }

        /// <summary>What changed last in a range.</summary>
        public string ReadAgain(long after, long upTo)
        {
            Reader.Read(fixture.Type, after, upTo, 1 << 20, _batch);
            return Take();
        }

        private string Take()
        {
            var words = new List<string>();
            foreach (var resource in _batch.Resources)
            {
                words.Add($"{fixture.Engine.Symbols.Text(fixture.Engine.Name(resource))}={Encoding.UTF8.GetString(fixture.Engine.Message(resource))}");
            }

            foreach (var name in _batch.Removed)
            {
                words.Add($"-{fixture.Engine.Symbols.Text(name)}");
            }

            var more = _batch.HasMore ? " ..." : "";
            _batch.Clear();
            return string.Join(' ', words) + more;
        }
    }
}
