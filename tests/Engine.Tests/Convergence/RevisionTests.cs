using Mesh.Engine.Convergence;
using Mesh.Engine.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Engine.Tests.Convergence;

public sealed class RevisionTests : ISnapshotListener, IRevisionObserver
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ResourceEngine _engine;
    private readonly ResourceType _type;
    private readonly List<string> _told = [];

    public RevisionTests()
    {
        _engine = new ResourceEngine(_clock);
        _type = _engine.Types.Register("type.googleapis.com/test.Thing");
    }

    void ISnapshotListener.SnapshotChanged()
    {
        // Nothing is served here.
    }

    void IRevisionObserver.Received(TimeSpan elapsed) => _told.Add($"received {elapsed.TotalMilliseconds}");

    void IRevisionObserver.Answered(TimeSpan elapsed, bool isRejected) => _told.Add($"{(isRejected ? "rejected" : "accepted")} {elapsed.TotalMilliseconds}");

    [Fact]
    public void Revision_ReceivedAndAnswered_IsCountedWithItsTimes()
    {
        _engine.Revisions.Observer = this;
        var revision = _engine.Revisions.Begin("default", ["MeshTimeout/default/quick"]);
        var (one, ofOne) = Publish("one", 1, revision);
        var (two, ofTwo) = Publish("two", 1, revision);
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        one.Received(ofOne);
        one.Answered(ofOne, isRejected: false);
        _clock.Advance(TimeSpan.FromMilliseconds(17));
        Assert.Equal((2, 1, 1, 0, 1), Counts(revision));
        two.Answered(ofTwo, isRejected: true);

        Assert.Equal((2, 2, 1, 1, 0), Counts(revision));
        Assert.Equal(20, revision.LastReceived.TotalMilliseconds);
        Assert.Equal(20, revision.LastAnswered.TotalMilliseconds);
        Assert.Equal(3.2, revision.AnsweredWithin(0.5).TotalMilliseconds);
        Assert.Equal(20, revision.AnsweredWithin(1).TotalMilliseconds);
        Assert.Equal(["received 3", "accepted 3", "received 20", "rejected 20"], _told);
        Assert.Same(revision, Assert.Single(_engine.Revisions.Newest()));
        Assert.Equal(1, revision.Number);
    }

    [Fact]
    public void Revision_BegunBefore_CountsFromThatMoment()
    {
        var since = _engine.Revisions.Timestamp();
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        var revision = _engine.Revisions.Begin("default", [], since);
        var (cell, snapshot) = Publish("one", 1, revision);
        cell.Answered(snapshot, isRejected: false);

        Assert.Equal(5, revision.LastAnswered.TotalMilliseconds);
        Assert.Equal(_clock.GetUtcNow().AddMilliseconds(-5), revision.At);
    }

    [Fact]
    public void Revision_AnswerToANewerOne_SettlesTheOlder()
    {
        var first = _engine.Revisions.Begin("default", []);
        var second = _engine.Revisions.Begin("default", []);
        Publish("one", 1, first);
        var (cell, newest) = Publish("one", 2, second);
        cell.Received(newest);
        cell.Answered(newest, isRejected: false);

        Assert.Equal((1, 1, 1, 0, 0), Counts(first));
        Assert.Equal((1, 1, 1, 0, 0), Counts(second));
    }

    [Fact]
    public void Revision_AnswerToTheOlderOne_LeavesTheNewerOpen()
    {
        var first = _engine.Revisions.Begin("default", []);
        var second = _engine.Revisions.Begin("default", []);
        var (cell, older) = Publish("one", 1, first);
        Publish("one", 2, second);
        cell.Answered(older, isRejected: false);

        Assert.Equal((1, 1, 1, 0, 0), Counts(first));
        Assert.Equal((1, 0, 0, 0, 1), Counts(second));
    }

    [Fact]
    public void Revision_ManyBeforeAnAnswer_TheOldestAreOvertaken()
    {
        var revisions = Enumerable.Range(0, 6).Select(_ => _engine.Revisions.Begin("default", [])).ToList();
        foreach (var (revision, i) in revisions.Select((revision, i) => (revision, i)))
        {
            Publish("one", i, revision);
        }

        Assert.Equal([1, 1, 0, 0, 0, 0], revisions.Select(revision => revision.Overtaken));
        Assert.Equal([0, 0, 1, 1, 1, 1], revisions.Select(revision => revision.Waiting));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Revision_ProxyLeavesOrIsWithdrawn_IsGone(bool leaves)
    {
        var revision = _engine.Revisions.Begin("default", []);
        var (cell, _) = Publish("one", 1, revision);
        if (leaves)
        {
            cell.Detach(this);
        }
        else
        {
            _engine.Withdraw("one");
        }

        Assert.Equal(1, revision.Gone);
        Assert.Equal(0, revision.Waiting);
    }

    [Fact]
    public void Revision_ThatChangesNothing_IsNotKept()
    {
        var first = _engine.Revisions.Begin("default", []);
        Publish("one", 1, first);
        var second = _engine.Revisions.Begin("default", []);
        Publish("one", 1, second);

        Assert.Equal(0, second.Published);
        Assert.Same(first, Assert.Single(_engine.Revisions.Newest()));
    }

    [Fact]
    public void Log_ManyRevisions_KeepsTheNewest()
    {
        for (var i = 0; i < RevisionLog.Capacity + 10; i++)
        {
            Publish("one", i, _engine.Revisions.Begin("default", []));
        }

        var kept = _engine.Revisions.Newest();
        Assert.Equal(RevisionLog.Capacity, kept.Count);
        Assert.Equal(RevisionLog.Capacity + 10, kept[0].Number);
        Assert.Equal(11, kept[^1].Number);
        Assert.Equal(RevisionLog.Capacity + 10, _engine.Revisions.Count);
    }

    [Fact]
    public void Engine_ProxiesThatShare_CountsEachReference()
    {
        Publish("one", 1, null);
        Publish("two", 1, null);

        Assert.Equal(2, _engine.CountReferences());
        Assert.Equal(1, _engine.Counts.Resources);
    }

    private static (int Published, int Received, int Accepted, int Rejected, int Waiting) Counts(Revision revision) =>
        (revision.Published, revision.Received, revision.Accepted, revision.Rejected, revision.Waiting);

    private (SnapshotCell Cell, ProxySnapshot Snapshot) Publish(string proxy, int content, Revision? revision)
    {
        var cell = _engine.Attach(proxy, this);
        if (cell.ListenerCount > 1)
        {
            cell.Detach(this);
        }

        using var builder = _engine.BeginSnapshot();
        builder.Add(_type, "thing", BitConverter.GetBytes(content));
        using var snapshot = builder.Build();
        _engine.Publish(proxy, snapshot, revision);
        return (cell, snapshot);
    }
}
