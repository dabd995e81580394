using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part B: subscriptions and wildcard.</summary>
public sealed class DeltaSubscriptionTests : DeltaFixture
{
    public DeltaSubscriptionTests()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Set(XdsTypes.Cluster, "b", "1");
        Set(XdsTypes.Endpoint, "a", "1");
        Set(XdsTypes.Endpoint, "b", "1");
        Publish();
    }

    [Fact]
    public void Delta_LegacyWildcard_SendsEverything()
    {
        Subscribe(XdsTypes.Cluster);
        Assert.Equal("cds +a +b", Show(ReadOne()));
        Subscribe(XdsTypes.ScopedRoute);
        Assert.Equal("other", Show(ReadOne()));
    }

    [Fact]
    public void Delta_WildcardAgain_WhatIsToGoGoesAllTheSame()
    {
        Set(XdsTypes.Listener, "l", "1");
        Set(XdsTypes.Listener, "m", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Drain();
        Drop(XdsTypes.Cluster, "b");
        Publish();
        Assert.Empty(Read());
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +a", Show(ReadOne()));
        Now += Options.RemovalGrace;
        Assert.Equal("cds -b", Show(ReadOne()));

        // Nothing of the newest snapshot is looked at yet.
        Subscribe(XdsTypes.Listener);
        Drain();
        Drop(XdsTypes.Listener, "m");
        Publish();
        Subscribe(XdsTypes.Listener, "*");
        Assert.Equal("lds +l -m", Show(ReadOne()));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_WildcardAgain_MidwayThroughALargeChange_WhatIsToGoGoesAllTheSame()
    {
        Options = Options with { ResponseBudget = 1 };
        Reopen();
        foreach (var name in new[] { "l", "m", "n" })
        {
            Set(XdsTypes.Listener, name, "1");
        }

        Publish();
        Subscribe(XdsTypes.Listener);
        Drain();
        Set(XdsTypes.Listener, "l", "2");
        Set(XdsTypes.Listener, "m", "2");
        Drop(XdsTypes.Listener, "n");
        Publish();
        Assert.True(Session.TryWrite(new System.Buffers.ArrayBufferWriter<byte>(), Now));
        Subscribe(XdsTypes.Listener, "*");
        var rest = Read();
        Assert.Equal(["l", "m"], rest.SelectMany(r => r.Resources).Select(r => r.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["n"], rest.SelectMany(r => r.RemovedResources));
    }

    [Fact]
    public void Delta_WildcardAgain_NameAskedForBefore_IsAnswered()
    {
        Subscribe(XdsTypes.Cluster);
        Drain();
        Subscribe(XdsTypes.Cluster, "x");
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +a +b -x", Show(ReadOne()));
    }

    [Fact]
    public void Delta_WildcardAgain_TooManyNamesAskedForBefore_AreAnsweredAsTheyAre()
    {
        Options = Options with { MaxNames = 1 };
        Reopen();
        Subscribe(XdsTypes.Cluster);
        Drain();
        Subscribe(XdsTypes.Cluster, "x", "y", "a");
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +a +b -x -y", Show(ReadOne()));
    }

    [Fact]
    public void Delta_WildcardAfterNames_WhatWasNeverGivenDoesNotGo()
    {
        Subscribe(XdsTypes.Cluster, "a");
        Drain();
        Drop(XdsTypes.Cluster, "b");
        Publish();
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +a", Show(ReadOne()));
        Now += Options.RemovalGrace;
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_LegacyWildcardOfGrpcLibrary_IsNothing()
    {
        Node.UserAgentName = "gRPC Go";
        Subscribe(XdsTypes.Cluster);
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ExplicitWildcard_SendsEverything()
    {
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +a +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ResubscribeKnownName_IsAnswered()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        Drain();
        Subscribe(XdsTypes.Endpoint, "a");
        Assert.Equal("eds +a", Show(ReadOne()));
        Subscribe(XdsTypes.Cluster);
        Drain();
        Subscribe(XdsTypes.Cluster, "a");
        Assert.Equal("cds +a", Show(Read()[0]));
    }

    [Fact]
    public void Delta_SubscribeOneMore_SendsOnlyThat()
    {
        Subscribe(XdsTypes.Endpoint, "b");
        Drain();
        Subscribe(XdsTypes.Endpoint, "a");
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_MissingName_IsRemovedAtOnceAndSentWhenItComes()
    {
        Subscribe(XdsTypes.Route, "r");
        Assert.Equal("rds -r", Show(ReadOne()));
        Assert.Empty(Read());
        Set(XdsTypes.Route, "r", "1");
        Publish();
        Assert.Equal("rds +r", Show(ReadOne()));
    }

    [Fact]
    public void Delta_SomeMissing_EachNameOnce()
    {
        Set(XdsTypes.Route, "r", "1");
        Publish();
        Subscribe(XdsTypes.Route, "r", "s");
        Assert.Equal("rds +r -s", Show(ReadOne()));
    }

    [Fact]
    public void Delta_NameBesideLegacyWildcard_WildcardGoesOn()
    {
        Subscribe(XdsTypes.Cluster);
        Drain();
        Subscribe(XdsTypes.Cluster, "a");
        Assert.Equal("cds +a", Show(ReadOne()));
        Set(XdsTypes.Cluster, "c", "1");
        Publish();
        Assert.Equal("cds +c", Show(ReadOne()));
    }

    [Fact]
    public void Delta_UnsubscribeWildcard_KeepsNames()
    {
        Subscribe(XdsTypes.Cluster, "*", "a");
        Drain();
        Send(Request(XdsTypes.Cluster, unsub: ["*"]));
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "2");
        Set(XdsTypes.Cluster, "b", "2");
        Publish();
        Assert.Equal("cds +a", Show(ReadOne()));
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +a +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_LastNameUnsubscribed_IsNothingNotWildcard()
    {
        Subscribe(XdsTypes.Cluster, "a");
        Drain();
        Send(Request(XdsTypes.Cluster, unsub: ["a"]));
        Subscribe(XdsTypes.Cluster);
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_Unsubscribe_SilentAndForgotten()
    {
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Drain();
        Send(Request(XdsTypes.Endpoint, unsub: ["a"]));
        Assert.Empty(Read());
        Set(XdsTypes.Endpoint, "a", "22");
        Publish();
        Assert.Empty(Read());
        Subscribe(XdsTypes.Endpoint, "a");
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_UnsubscribeUnderWildcard_NameInTheSet_IsSentAgain()
    {
        Subscribe(XdsTypes.Cluster, "*", "a");
        Drain();
        Send(Request(XdsTypes.Cluster, unsub: ["a"]));
        Assert.Equal("cds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_UnsubscribeUnderWildcard_NameNotInTheSet_IsRemoved()
    {
        Subscribe(XdsTypes.Cluster, "*", "x");
        Assert.Equal("cds +a +b -x", Show(ReadOne()));
        Send(Request(XdsTypes.Cluster, unsub: ["x"]));
        Assert.Equal("cds -x", Show(ReadOne()));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_UnsubscribeNeverSubscribed_IsIgnored()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        Drain();
        Send(Request(XdsTypes.Endpoint, unsub: ["never", "b"]));
        Assert.Empty(Read());
    }

    [Theory]
    [InlineData("*")]
    [InlineData("a")]
    public void Delta_SameNameInBothLists_IsNothing(string name)
    {
        Send(Request(XdsTypes.Cluster, sub: [name], unsub: [name]));
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_SubscriptionWithOldNonce_IsHonoured()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        Set(XdsTypes.Endpoint, "a", "22");
        Publish();
        ReadOne();
        Send(Request(XdsTypes.Endpoint, sub: ["b"], nonce: first.Nonce));
        Assert.Equal("eds +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_AcceptanceWithSubscription_IsBoth()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        Send(Request(XdsTypes.Endpoint, sub: ["b"], nonce: first.Nonce));
        Assert.Equal(1, AcceptedCount);
        Assert.Equal("eds +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_RejectionWithSubscription_IsBoth()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        Send(Request(XdsTypes.Endpoint, sub: ["b"], nonce: first.Nonce, error: "bad"));
        Assert.Single(Rejections);
        Assert.Equal("eds +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_DuplicateNames_OneCopy()
    {
        Subscribe(XdsTypes.Endpoint, "a", "a", "a");
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_EmptyFirstRequestOfNamedType_IsNothing()
    {
        Subscribe(XdsTypes.Endpoint);
        Subscribe(XdsTypes.Secret);
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_WildcardOfNamedType_IsAnsweredEmptyOnce()
    {
        Subscribe(XdsTypes.Endpoint, "*");
        Assert.Equal("eds", Show(ReadOne()));
        Assert.Empty(Read());
        Set(XdsTypes.Endpoint, "a", "22");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_WildcardWithoutResources_IsAnsweredEmpty()
    {
        Subscribe(XdsTypes.Listener);
        Assert.Equal("lds", Show(ReadOne()));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_NameWithControlCharacter_DoesNotExist()
    {
        Subscribe(XdsTypes.Route, "a\0b");
        Assert.Equal("rds -a\0b", Show(ReadOne()));
        Assert.Equal(0, Session.Status()[0].Names);
    }

    [Fact]
    public void Delta_TooManyNames_ExcessIsMissing()
    {
        Options = Options with { MaxNames = 3 };
        Reopen();
        Subscribe(XdsTypes.Endpoint, "a", "b", "c", "d", "e");
        var response = ReadOne();
        Assert.Equal(3, Session.Status()[0].Names);
        Assert.Equal(["c", "d", "e"], response.RemovedResources.Order());
        var end = Assert.Throws<AdsProtocolException>(() => Subscribe(XdsTypes.Endpoint, [.. Enumerable.Range(0, 31).Select(i => $"n{i}")]));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, end.Status);
    }
}
