using Mesh.Engine.Convergence;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>When a session says of a revision that it is sent, and that it is answered.</summary>
public sealed class ConvergenceTests : DeltaFixture
{
    [Fact]
    public void Revision_SentThenAcked_IsReceivedThenAccepted()
    {
        var revision = Change("1");
        Subscribe(XdsTypes.Cluster);
        var response = ReadOne();
        Assert.Equal((1, 1, 0, 0), Counts(revision));
        Ack(response);
        Read();

        Assert.Equal((1, 1, 1, 0), Counts(revision));
    }

    [Fact]
    public void Revision_NackedAndRestAcked_IsRejected()
    {
        Set(XdsTypes.Cluster, "other", "1");
        var revision = Change("1");
        Subscribe(XdsTypes.Cluster);
        Nack(ReadOne(), "a is bad");
        Assert.Empty(Read());
        Assert.Equal((1, 1, 0, 0), Counts(revision));
        Now += Options.IsolationBackoffMax;
        Ack(ReadOne());
        Read();

        Assert.Equal((1, 1, 0, 1), Counts(revision));
    }

    [Fact]
    public void Revision_AfterARejectedOne_IsAcceptedAgain()
    {
        Change("1");
        Subscribe(XdsTypes.Cluster);
        Nack(ReadOne(), "a is bad");
        Now += Options.IsolationBackoffMax;
        Read();
        var revision = Change("2");
        Ack(ReadOne());
        Read();

        Assert.Equal((1, 1, 1, 0), Counts(revision));
    }

    [Fact]
    public void Revision_OfATypeNobodyAskedFor_IsAcceptedAtOnce()
    {
        Change("1");
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Read();
        Set(XdsTypes.Listener, "l", "1");
        var revision = Engine.Revisions.Begin("default", []);
        Publish(revision: revision);
        Assert.Empty(Read());

        Assert.Equal((1, 1, 1, 0), Counts(revision));
    }

    [Fact]
    public void Revision_BackToASnapshotBeforeTheOtherWasTaken_BothAreSettled()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        using var own = Engine.AcquireSnapshot(ProxyId)!;
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Read();
        var away = Change("2");
        var back = Engine.Revisions.Begin("default", []);
        Engine.Publish(ProxyId, own, back);
        Assert.Empty(Read());

        Assert.Equal((1, 1, 1, 0), Counts(away));
        Assert.Equal((1, 1, 1, 0), Counts(back));
    }

    [Fact]
    public void Revision_AfterARejectionWhileNoneWasOpen_IsAccepted()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Nack(ReadOne(), "a is bad");
        Now += Options.IsolationBackoffMax;
        Read();
        var revision = Change("2");
        Ack(ReadOne());
        Read();

        Assert.Equal((1, 1, 1, 0), Counts(revision));
    }

    private static (int Published, int Received, int Accepted, int Rejected) Counts(Revision revision) =>
        (revision.Published, revision.Received, revision.Accepted, revision.Rejected);

    private Revision Change(string content)
    {
        var revision = Engine.Revisions.Begin("default", []);
        Set(XdsTypes.Cluster, "a", content);
        Publish(revision: revision);
        return revision;
    }
}
