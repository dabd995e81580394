using EnvoyApi.Service.Discovery.V3;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>What is remembered of responses that a client is slow to answer.</summary>
public sealed class DeltaUnansweredTests : DeltaFixture
{
    private static readonly string[] _names = [.. Enumerable.Range(0, 20).Select(i => $"n{i:00}")];

    public DeltaUnansweredTests()
    {
        Change("");
        Subscribe(XdsTypes.Endpoint, _names);
        Drain();
    }

    [Fact]
    public void Delta_RoundsOverTheSameNamesWithoutAnAnswer_AreRememberedAsOneListOfNames()
    {
        for (var round = 1; round <= 2 * AckTracker.Capacity; round++)
        {
            var response = ChangeAndRead(round);
            Assert.Equal(_names.Length, response.Resources.Count);
            Assert.Equal(1, Types.Sent.Count);
        }

        Assert.Equal(AckTracker.Capacity, Session.Status()[0].Unanswered);
        Assert.Equal(_names.Length, Engine.Counts.Names);
    }

    [Fact]
    public void Delta_RoundsOverOtherNamesWithoutAnAnswer_KeepTheirNames()
    {
        for (var i = 0; i < 3; i++)
        {
            Change("x", [.. _names.Skip(5 * i).Take(5 + i)]);
            Later();
            ReadOne();
        }

        // The second begins where the first ends, and the third has names of the second, not all.
        Assert.Equal(3, Types.Sent.Count);
    }

    [Fact]
    public void Delta_AnswersToRoundsOverTheSameNames_AllCount()
    {
        var responses = new[] { ChangeAndRead(1), ChangeAndRead(2), ChangeAndRead(3) };
        var accepted = AcceptedResources;
        Array.ForEach(responses, Ack);
        Assert.Equal(3 * _names.Length, AcceptedResources - accepted);
        Assert.Equal(0, Session.Status()[0].Unanswered);
        Assert.Equal(0, Types.Sent.Count);
    }

    [Fact]
    public void Delta_RejectionOfWhatWasToldAgain_DecidesNothingUntilTheLaterAnswer()
    {
        var (first, second) = (ChangeAndRead(1), ChangeAndRead(2));
        Nack(first, "bad: n07");
        Assert.Empty(Assert.Single(Rejections).Names);
        Later();
        Assert.Empty(Read());
        Nack(second, "bad: n07");
        Assert.Equal(["n07"], Rejections[^1].Names);
        Later();
        Assert.Equal(_names.Where(name => name != "n07"), ReadOne().Resources.Select(r => r.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Delta_RejectionOfWhatWasToldAgainInPart_IsAboutTheOthers()
    {
        var first = ChangeAndRead(1);
        Change("22", [.. _names.Skip(1)]);
        Later();
        ReadOne();
        Nack(first, "bad: n00, n07");
        Assert.Equal(["n00"], Assert.Single(Rejections).Names);
    }

    [Fact]
    public void Delta_ManyStreamsThatAreToldTheSame_WaitWithOneList()
    {
        List<DeltaSession> sessions = [.. Enumerable.Range(0, 100).Select(_ => (DeltaSession)Open())];
        foreach (var session in sessions)
        {
            var request = Request(XdsTypes.Endpoint, sub: _names);
            request.Node = Node;
            session.Receive(Google.Protobuf.MessageExtensions.ToByteArray(request), Now);
            WriteAll(session);
        }

        Assert.Equal(1, Types.Sent.Count);
        Change("x");
        sessions.ForEach(session => WriteAll(session));
        Assert.Equal(1, Types.Sent.Count);
        sessions.ForEach(session => session.Dispose());
        Assert.Equal(0, Types.Sent.Count);
    }

    private DeltaDiscoveryResponse ChangeAndRead(int round)
    {
        Change(new string('x', round));
        Later();
        return ReadOne();
    }

    /// <summary>So much later that what was collected for want of answers is sent.</summary>
    private void Later() => Now += Options.WindowTimeout + Options.IsolationBackoffMax;

    private void Change(string content, params string[] names)
    {
        foreach (var name in names.Length == 0 ? _names : names)
        {
            Set(XdsTypes.Endpoint, name, content);
        }

        Publish();
    }
}
