using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part D: nonces, acceptance and rejection.</summary>
public sealed class DeltaRejectionTests : DeltaFixture
{
    public DeltaRejectionTests()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            Set(XdsTypes.Cluster, name, "1");
        }

        Publish();
    }

    private void Later() => Now += Options.IsolationBackoffMax;

    [Fact]
    public void Delta_RejectionNamesOne_OthersAreSentAgainWithoutIt()
    {
        Subscribe(XdsTypes.Cluster);
        Nack(ReadOne(), "Error adding/updating cluster(s) b: lb_policy is bad");
        Assert.Equal(["b"], Assert.Single(Rejections).Names);
        Assert.Empty(Read());
        Later();
        var again = ReadOne();
        Assert.Equal("cds +a +c +d", Show(again));
        Ack(again);
        Later();
        Assert.Empty(Read());
        Assert.Equal(["b"], Session.Status()[0].RejectedNames);
    }

    [Fact]
    public void Delta_RejectionNamesNone_IsFoundByHalves()
    {
        for (var i = 0; i < 60; i++)
        {
            Set(XdsTypes.Cluster, $"n{i}", "1");
        }

        Publish();
        Subscribe(XdsTypes.Cluster);
        var accepted = new HashSet<string>();
        var rounds = 0;
        for (var all = Read(); all.Count > 0; all = Read())
        {
            foreach (var response in all)
            {
                if (response.Resources.Any(r => r.Name == "n17"))
                {
                    Nack(response, "something in it is bad");
                }
                else
                {
                    accepted.UnionWith(response.Resources.Select(r => r.Name));
                    Ack(response);
                }
            }

            Later();
            rounds++;
        }

        Assert.Equal(63, accepted.Count);
        Assert.DoesNotContain("n17", accepted);
        Assert.InRange(rounds, 1, 1 + 6);
        Assert.Equal(["n17"], Rejections[^1].Names);
    }

    [Fact]
    public void Delta_EverythingRejected_EndsAndStaysSilent()
    {
        Subscribe(XdsTypes.Cluster);
        var responses = 0;
        for (var all = Read(); all.Count > 0; all = Read())
        {
            all.ForEach(r => Nack(r, "no"));
            responses += all.Count;
            Later();
        }

        Assert.Equal(7, responses);
        Assert.Equal(["a", "b", "c", "d"], Session.Status()[0].RejectedNames.Order());
        Now += 1_000_000;
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_RejectedThenChanged_IsSentAtOnce()
    {
        Subscribe(XdsTypes.Cluster, "b");
        Nack(ReadOne(), "bad");
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "b", "2");
        Publish();
        var again = ReadOne();
        Assert.Equal("cds +b", Show(again));
        Ack(again);
        Assert.Empty(Session.Status()[0].RejectedNames);
    }

    [Fact]
    public void Delta_RejectedAndAnotherChanges_OnlyTheOtherIsSent()
    {
        Subscribe(XdsTypes.Cluster);
        Nack(ReadOne(), "Error adding/updating cluster(s) b: bad");
        Later();
        Ack(ReadOne());
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal("cds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_RejectedThenGone_IsRemoved()
    {
        Subscribe(XdsTypes.Cluster);
        Nack(ReadOne(), "Error adding/updating cluster(s) b: bad");
        Later();
        Ack(ReadOne());
        Drop(XdsTypes.Cluster, "b");
        Publish();
        Read();
        Now += Options.RemovalGrace;
        Assert.Equal("cds -b", Show(ReadOne()));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(0)]
    public void Delta_ErrorDetail_IsRejectionWhateverItsCode(int code)
    {
        Subscribe(XdsTypes.Cluster, "b");
        var response = ReadOne();
        var request = Request(XdsTypes.Cluster, nonce: response.Nonce, error: "bad");
        request.ErrorDetail.Code = code;
        Send(request);
        Assert.Single(Rejections);
    }

    [Fact]
    public void Delta_LongErrorText_IsCut()
    {
        Subscribe(XdsTypes.Cluster, "b");
        Nack(ReadOne(), new string('x', 10_000));
        Assert.Equal(4096, Session.Status()[0].LastRejection!.Length);
    }

    [Fact]
    public void Delta_UnknownNonce_OnlySubscriptionCounts()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        Drain();
        Send(Request(XdsTypes.Endpoint, sub: ["x"], nonce: "999", error: "bad"));
        Send(Request(XdsTypes.Endpoint, nonce: "abc"));
        Assert.Empty(Rejections);
        Assert.Equal(2, Session.Status().Single(s => s.Type == XdsTypes.Endpoint).UnknownNonces);
        Assert.Equal("eds -x", Show(ReadOne()));
    }

    [Fact]
    public void Delta_SeveralOutstanding_EachAnswerCountsForItsOwn()
    {
        Subscribe(XdsTypes.Cluster);
        var first = ReadOne();
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        var second = ReadOne();
        Assert.Equal("cds +a", Show(second));
        Assert.Equal(2, Session.Status()[0].Unanswered);
        Nack(first, "Error adding/updating cluster(s) a: bad");
        Ack(second);
        Later();
        Ack(ReadOne());
        Assert.Empty(Session.Status()[0].RejectedNames);
        Assert.Equal(0, Session.Status()[0].Unanswered);
    }

    [Fact]
    public void Delta_SameAnswerTwice_IsNothing()
    {
        Subscribe(XdsTypes.Cluster);
        var response = ReadOne();
        Ack(response);
        Ack(response);
        Nack(response, "late");
        Assert.Equal((1, 0), (Session.Status()[0].Accepted, Session.Status()[0].Rejected));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_TypeNotAskedFor_IsNeverSent()
    {
        Set(XdsTypes.Listener, "l", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Assert.Equal(["cds +a +b +c +d"], ShowAll());
    }

    [Fact]
    public void Delta_NoAnswer_IsShownAndNothingIsResent()
    {
        Subscribe(XdsTypes.Cluster);
        var sent = Now;
        ReadOne();
        Now += 60_000;
        Assert.Empty(Read());
        Assert.Equal((1, sent), (Session.Status()[0].Unanswered, Session.Status()[0].UnansweredSince));
    }

    [Fact]
    public void Delta_NeverAnswers_WindowThenCollectsThenSends()
    {
        Subscribe(XdsTypes.Cluster);
        ReadOne();
        for (var i = 2; i <= 4; i++)
        {
            Set(XdsTypes.Cluster, "a", $"{i}");
            Publish();
            ReadOne();
        }

        Set(XdsTypes.Cluster, "a", "5");
        Publish();
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "b", "5");
        Publish();
        Assert.Empty(Read());
        Assert.Equal(Now + Options.WindowTimeout, Session.NextDeadline);
        Now += Options.WindowTimeout;
        Assert.Equal("cds +a +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_AnswersLate_GetsTheNewestOnceWhenItHasAnswered()
    {
        Set(XdsTypes.Secret, "a", "1");
        Publish();
        Subscribe(XdsTypes.Secret, "a");
        var first = ReadOne();
        Now += Options.PromptAnswer + 1;
        foreach (var content in (string[])["2", "3"])
        {
            Set(XdsTypes.Secret, "a", content);
            Publish();
            Assert.Empty(Read());
        }

        Ack(first);
        var newest = ReadOne();
        Assert.Equal("sds +a", Show(newest));
        Ack(newest);
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_AnswersLateAndNotAtAll_GetsTheNewestInTheEnd()
    {
        Set(XdsTypes.Secret, "a", "1");
        Publish();
        Subscribe(XdsTypes.Secret, "a");
        ReadOne();
        Now += Options.PromptAnswer + 1;
        Set(XdsTypes.Secret, "a", "2");
        Publish();
        Assert.Empty(Read());
        Now = Session.NextDeadline;
        Assert.Equal("sds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ClustersAnsweredLate_AreSentMeanwhile()
    {
        Subscribe(XdsTypes.Cluster);
        ReadOne();
        // It may be warming: that says nothing of how busy it is.
        Now += Options.PromptAnswer + 1;
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal("cds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_NeverAnswersForLong_MemoryIsBounded()
    {
        Subscribe(XdsTypes.Cluster);
        for (var i = 0; i < 200; i++)
        {
            Set(XdsTypes.Cluster, "a", $"{i}x");
            Publish();
            Now += Options.WindowTimeout;
            Read();
        }

        Assert.InRange(Session.Status()[0].Unanswered, 1, 32);
    }

    [Theory]
    [InlineData("Error adding/updating cluster(s) b: bad", "b", true)]
    [InlineData("Error adding/updating cluster(s) a: x, b: bad", "b", true)]
    [InlineData("b", "b", true)]
    [InlineData("about", "b", false)]
    [InlineData("cluster b_2 is bad", "b", false)]
    [InlineData("cluster kri_a.b.c is bad", "b", false)]
    [InlineData("cluster b.", "b", true)]
    [InlineData("cluster 'b'", "b", true)]
    [InlineData("", "b", false)]
    public void OffenderNames_Text_NamesAreFoundAsWords(string text, string name, bool found) =>
        Assert.Equal(found, OffenderNames.Mentions(System.Text.Encoding.UTF8.GetBytes(text), System.Text.Encoding.UTF8.GetBytes(name)));
}
