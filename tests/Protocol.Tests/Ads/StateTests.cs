using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part G: state-of-the-world ADS.</summary>
public sealed class StateTests : StateFixture
{
    public StateTests()
    {
        foreach (var name in new[] { "a", "b" })
        {
            Set(XdsTypes.Cluster, name, "1");
            Set(XdsTypes.Endpoint, name, "1");
        }

        Publish();
    }

    [Fact]
    public void Sotw_LegacyWildcard_SendsEverything()
    {
        Subscribe(XdsTypes.Cluster);
        Assert.Equal(["cds a b"], ShowAll());
        Subscribe(XdsTypes.Listener);
        Assert.Equal(["lds"], ShowAll());
    }

    [Fact]
    public void Sotw_Large_IsOneResponseInSmallPieces()
    {
        for (var i = 0; i < 300; i++)
        {
            Set(XdsTypes.Cluster, $"c{i}", new string('x', 1000));
        }

        Set(XdsTypes.Cluster, "huge", new string('x', 200_000));
        Publish();
        Subscribe(XdsTypes.Cluster);
        var response = ReadOne();
        Assert.Equal(303, response.Resources.Select(r => r.Value).Distinct().Count());
        Ack(response);
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_WildcardThenNamesThenNone_EndsWithNothing()
    {
        Subscribe(XdsTypes.Cluster, "*", "a");
        var first = ReadOne();
        Assert.Equal("cds a b", Show(first));
        Ack(first, "a");
        Set(XdsTypes.Cluster, "b", "2");
        Publish();
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        var second = ReadOne();
        Assert.Equal("cds a", Show(second));
        Ack(second);
        Set(XdsTypes.Cluster, "a", "3");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_Acceptance_IsNotAnswered()
    {
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Assert.Empty(Read());
        Assert.Equal(1, AcceptedCount);
    }

    [Fact]
    public void Sotw_OlderNonce_IsNotAnswered()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        Now += Options.WindowTimeout;
        Set(XdsTypes.Endpoint, "a", "22");
        Publish();
        var second = ReadOne();
        Send(Request(XdsTypes.Endpoint, ["a", "b"], first));
        Assert.Empty(Read());
        Send(Request(XdsTypes.Endpoint, ["a", "b"], second));
        Assert.Equal(["eds b"], ShowAll());
    }

    [Fact]
    public void Sotw_OlderResponseRejected_IsReportedAndTheRestIsSentAgain()
    {
        Set(XdsTypes.Endpoint, "c", "1");
        Publish();
        Subscribe(XdsTypes.Endpoint, "a", "b", "c");
        var first = ReadOne();
        Now += Options.WindowTimeout;
        Set(XdsTypes.Endpoint, "c", "22");
        Publish();
        var second = ReadOne();
        Send(Request(XdsTypes.Endpoint, ["a", "b", "c"], first, "a is bad"));
        Ack(second, "a", "b", "c");
        Assert.Equal(["a"], Assert.Single(Rejections).Names);
        Assert.Equal(1, AcceptedCount);
        Assert.Equal(0, Session.Status()[0].UnknownNonces);
        Send(Request(XdsTypes.Endpoint, ["a", "b", "c"], first, "a is bad"));
        Assert.Single(Rejections);
        Assert.Equal(1, Session.Status()[0].UnknownNonces);
        Now += 60_000;
        Assert.Equal(["eds b"], ShowAll());
    }

    [Fact]
    public void Sotw_NamesChangeWithSameNonce_IsAnswered()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        Ack(first, "a");
        Send(Request(XdsTypes.Endpoint, ["a", "b"], first));
        Assert.Equal(["eds b"], ShowAll());
    }

    [Fact]
    public void Sotw_RejectionWithRejectedVersion_IsRejection()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        var request = Request(XdsTypes.Endpoint, ["a"], first, "bad");
        request.VersionInfo = first.VersionInfo;
        Send(request);
        Assert.Equal(["a"], Assert.Single(Rejections).Names);
        Now += 60_000;
        Assert.Empty(Read());
        Set(XdsTypes.Endpoint, "a", "22");
        Publish();
        Assert.Equal(["eds a"], ShowAll());
    }

    [Fact]
    public void Sotw_StickyError_NamesAreAnswered()
    {
        Node.UserAgentName = "gRPC Node Pure JS";
        Subscribe(XdsTypes.Endpoint, "a");
        var first = ReadOne();
        Send(Request(XdsTypes.Endpoint, ["a"], first, "bad"));
        Send(Request(XdsTypes.Endpoint, ["a", "b"], first, "bad"));
        Assert.Equal(["eds b"], ShowAll());
        Assert.Single(Rejections);
    }

    [Fact]
    public void Sotw_OneEndpointChanges_OnlyThatIsSent()
    {
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Ack(ReadOne(), "a", "b");
        Set(XdsTypes.Endpoint, "b", "22");
        Publish();
        Assert.Equal(["eds b"], ShowAll());
    }

    [Fact]
    public void Sotw_OneClusterChanges_AllAreSent()
    {
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Set(XdsTypes.Cluster, "b", "2");
        Publish();
        Assert.Equal(["cds a b"], ShowAll());
    }

    [Fact]
    public void Sotw_NamedClusters_ExactlyThoseAndMissingAreTold()
    {
        Node.UserAgentName = "gRPC Go";
        Subscribe(XdsTypes.Cluster, "a", "x");
        var first = ReadOne();
        Assert.Equal("cds a ?x", Show(first));
        Assert.Equal(5, first.ResourceErrors[0].ErrorDetail.Code);
        Ack(first, "a", "x");
        Set(XdsTypes.Cluster, "x", "1");
        Publish();
        Assert.Equal(["cds a x"], ShowAll());
    }

    [Fact]
    public void Sotw_MissingEndpoint_SilentUntilItComes()
    {
        Subscribe(XdsTypes.Endpoint, "x");
        Assert.Empty(Read());
        Set(XdsTypes.Endpoint, "x", "1");
        Publish();
        Assert.Equal(["eds x"], ShowAll());
    }

    [Fact]
    public void Sotw_EmptyListOfGrpcLibrary_IsNothing()
    {
        Node.UserAgentName = "gRPC Java";
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Endpoint);
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_NewStreamWithCurrentVersion_IsAnswered()
    {
        Subscribe(XdsTypes.Cluster);
        var version = ReadOne().VersionInfo;
        Reopen();
        var clusters = Request(XdsTypes.Cluster);
        clusters.VersionInfo = version;
        Send(clusters);
        var endpoints = Request(XdsTypes.Endpoint, ["a"]);
        endpoints.VersionInfo = version;
        endpoints.ResponseNonce = "5";
        Send(endpoints);
        Assert.Equal(["cds a b", "eds a"], ShowAll());
    }

    [Fact]
    public void Sotw_UnsubscribeAndSubscribeAgain_IsSentAgain()
    {
        Subscribe(XdsTypes.Endpoint, "a", "b");
        var first = ReadOne();
        Ack(first, "a", "b");
        Send(Request(XdsTypes.Endpoint, ["a"], first));
        Assert.Empty(Read());
        Send(Request(XdsTypes.Endpoint, ["a", "b"], first));
        Assert.Equal(["eds b"], ShowAll());
    }

    [Fact]
    public void Sotw_UnsubscribedBeforeItIsWritten_IsNotSent()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        Subscribe(XdsTypes.Endpoint);
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_AnswerWithOldVersionAndNoError_IsNotAnswered()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        var response = ReadOne();
        Send(new DiscoveryRequest { TypeUrl = XdsTypes.Endpoint.Url, ResponseNonce = response.Nonce, VersionInfo = "old" });
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_OneUnanswered_ChangesAreCollected()
    {
        Subscribe(XdsTypes.Cluster);
        var first = ReadOne();
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "3");
        Publish();
        Ack(first);
        var second = ReadOne();
        Assert.Equal("3", EnvoyApi.Config.Cluster.V3.Cluster.Parser.ParseFrom(second.Resources[0].Value).AltStatName);
        Set(XdsTypes.Cluster, "a", "4");
        Publish();
        Assert.Empty(Read());
        Now += Options.WindowTimeout;
        Assert.Equal(["cds a b"], ShowAll());
    }

    [Fact]
    public void Sotw_Version_IsOfTheContent()
    {
        Subscribe(XdsTypes.Cluster);
        var first = ReadOne();
        Ack(first);
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        var second = ReadOne();
        Ack(second);
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        Assert.NotEqual(first.VersionInfo, second.VersionInfo);
        Assert.Equal(first.VersionInfo, ReadOne().VersionInfo);
    }

    [Fact]
    public void Sotw_SeveralRequestsBeforeAnAnswer_NewestCounts()
    {
        Subscribe(XdsTypes.Endpoint, "a");
        Subscribe(XdsTypes.Endpoint, "b");
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Assert.Equal(["eds a b"], ShowAll());
    }

    [Fact]
    public void Sotw_ClusterChanges_ItsAssignmentFollows()
    {
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Endpoint, "a", "b");
        var all = Read();
        Ack(all[0]);
        Ack(all[1], "a", "b");
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        var more = Read();

        // Of the clusters that were told again only one changed: Envoy waits for the assignment of that one.
        Assert.Equal(["cds a b", "eds a"], more.Select(Show));
        Send(Request(XdsTypes.Endpoint, ["a", "b"], all[1]));
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_ClusterIsAskedForLater_ItsAssignmentFollows()
    {
        Subscribe(XdsTypes.Cluster, "a");
        Subscribe(XdsTypes.Endpoint, "a", "b");
        var all = Read();
        Ack(all[1], "a", "b");
        Send(Request(XdsTypes.Cluster, ["a", "b"], all[0]));
        Assert.Equal(["cds a b", "eds b"], ShowAll());
    }

    [Fact]
    public void Sotw_RejectedClusterIsMended_ItsAssignmentFollows()
    {
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Endpoint, "a", "b");
        var all = Read();
        Send(Request(XdsTypes.Cluster, null, all[0], "a is bad"));
        Ack(all[1], "a", "b");
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal(["cds a b", "eds a"], ShowAll());
    }

    [Fact]
    public void Sotw_ClusterGoes_OldAndNewThenNew()
    {
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Subscribe(XdsTypes.Listener);
        Ack(ReadOne());
        Drop(XdsTypes.Cluster, "b");
        Set(XdsTypes.Cluster, "c", "1");
        Set(XdsTypes.Listener, "l", "l");
        Publish();
        var union = ReadOne();
        Assert.Equal("cds a b c", Show(union));
        Ack(union);
        var listeners = ReadOne();
        Assert.Equal("lds l", Show(listeners));
        Ack(listeners);
        Assert.Equal(["cds a c"], ShowAll());
        Assert.Empty(Read());
    }

    [Fact]
    public void Sotw_ListenersRejected_OldClusterStays()
    {
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Set(XdsTypes.Listener, "l", "to b");
        Publish();
        Subscribe(XdsTypes.Listener);
        Ack(ReadOne());
        Drop(XdsTypes.Cluster, "b");
        Set(XdsTypes.Cluster, "c", "1");
        Set(XdsTypes.Listener, "l", "to c");
        Publish();
        Ack(ReadOne());
        Send(Request(XdsTypes.Listener, null, ReadOne(), "bad listener"));
        Now += 60_000;
        Assert.Empty(Read());
        Set(XdsTypes.Listener, "l", "to c, better");
        Publish();
        Ack(ReadOne());
        Assert.Equal(["cds a c"], ShowAll());
    }

    [Fact]
    public void Sotw_ListenersRejected_NotTooManyClustersStay()
    {
        for (var i = 0; i < 4096; i++)
        {
            Set(XdsTypes.Cluster, $"old-{i}", "1");
        }

        Set(XdsTypes.Listener, "l", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        Subscribe(XdsTypes.Listener);
        Send(Request(XdsTypes.Listener, null, ReadOne(), "bad listener"));
        for (var i = 1; i < 4096; i++)
        {
            Drop(XdsTypes.Cluster, $"old-{i}");
        }

        Publish();
        Assert.Empty(Read());
        Drop(XdsTypes.Cluster, "old-0");
        Publish();
        Assert.Equal(["cds a b"], ShowAll());
    }

    [Fact]
    public void Sotw_EverythingWouldGo_IsHeldBack()
    {
        Subscribe(XdsTypes.Cluster);
        Ack(ReadOne());
        DropAll(XdsTypes.Cluster);
        Publish();
        Now += 60_000;
        Assert.Empty(Read());
        Assert.Equal([XdsTypes.Cluster], Emptied);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sotw_ReconnectWithASet_NoneThere_IsKept(bool isServed)
    {
        if (isServed)
        {
            Subscribe(XdsTypes.Cluster);
            Ack(ReadOne());
        }

        Send(Reconnect(XdsTypes.Listener, "1"));
        Now += 60_000;
        Assert.DoesNotContain("lds", ShowAll());
        Assert.Equal([XdsTypes.Listener], Emptied);
        Set(XdsTypes.Listener, "l", "l");
        Publish();
        var listeners = ReadOne();
        Assert.Equal("lds l", Show(listeners));
        Ack(listeners);
        DropAll(XdsTypes.Listener);
        Publish(mayBeEmptied: true);
        Assert.Equal(["lds"], ShowAll());
    }

    [Fact]
    public void Sotw_ReconnectWithASet_NoneMeant_IsEmptiedOnce()
    {
        Publish(mayBeEmptied: true);
        Send(Reconnect(XdsTypes.Listener, "1"));
        Ack(ReadOne());
        Publish();
        Assert.Empty(Read());
        Assert.Empty(Emptied);
    }

    [Fact]
    public void Sotw_ReconnectWithAnEmptySet_NoneThere_IsAnswered()
    {
        Subscribe(XdsTypes.Listener);
        var version = ReadOne().VersionInfo;
        Reopen();
        Send(Reconnect(XdsTypes.Listener, version));
        Assert.Equal(["lds"], ShowAll());
        Assert.Empty(Emptied);
    }

    [Fact]
    public void Sotw_FirstRequestForEverythingAndAName_NoneThere_IsAnswered()
    {
        Subscribe(XdsTypes.Listener, "*", "l");
        Assert.Equal(["lds ?l"], ShowAll());
        Assert.Empty(Emptied);
    }

    [Fact]
    public void Sotw_UnknownType_IsSilent()
    {
        Subscribe(new XdsType { Url = "type.googleapis.com/nobody.Knows", ShortName = "x" }, "n");
        Assert.Empty(Read());
        Subscribe(XdsTypes.Cluster);
        Assert.Equal(["cds a b"], ShowAll());
    }

    [Fact]
    public void Sotw_ManyNames_AreReadInLinearTime()
    {
        var names = Enumerable.Range(0, 20_000).Select(i => $"name-{i}").ToArray();
        Subscribe(XdsTypes.Endpoint, names);
        Subscribe(XdsTypes.Endpoint, names[1..]);
        Assert.Equal(19_999, Session.Status()[0].Names);
    }

    [Fact]
    public void Sotw_LargeEndpoints_AreSplitClustersAreNot()
    {
        Options = Options with { ResponseBudget = 300 };
        Reopen();
        var names = Enumerable.Range(0, 30).Select(i => $"c{i}").ToArray();
        foreach (var name in names)
        {
            Set(XdsTypes.Cluster, name, "1");
            Set(XdsTypes.Endpoint, name, "1");
        }

        Publish();
        Subscribe(XdsTypes.Cluster);
        Assert.Equal(32, ReadOne().Resources.Count);
        Subscribe(XdsTypes.Endpoint, names);
        var endpoints = new List<DiscoveryResponse>();
        for (var all = Read(); all.Count > 0; all = Read())
        {
            Assert.All(all, r => Assert.InRange(r.CalculateSize(), 1, 700));
            Ack(all[^1], names);
            endpoints.AddRange(all);
        }

        Assert.Equal(30, endpoints.Sum(r => r.Resources.Count));
    }

    [Fact]
    public void Sotw_FullSetOverTheLimitOfGrpc_IsNotSent()
    {
        Node.UserAgentName = "gRPC Go";
        Options = Options with { GrpcClientLimit = 2000 };
        Reopen();
        Set(XdsTypes.Cluster, "huge", new string('x', 5000));
        Publish();
        Subscribe(XdsTypes.Cluster, "a", "huge");
        Assert.Empty(Read());
        Assert.Equal(["*"], TooLarge);
        Assert.Empty(Read());
        Assert.Single(TooLarge);
    }

    [Fact]
    public void Sotw_MissingNodeOrType_EndsInvalidArgument()
    {
        Assert.Equal(
            GrpcStatusCode.InvalidArgument,
            Assert.Throws<AdsProtocolException>(() => Session.Receive(Request(XdsTypes.Cluster).ToByteArray(), Now)).Status);
        var request = new DiscoveryRequest { Node = Node };
        Assert.Equal(
            GrpcStatusCode.InvalidArgument,
            Assert.Throws<AdsProtocolException>(() => Session.Receive(request.ToByteArray(), Now)).Status);
    }

    /// <summary>The first request of a client that has a set from a stream before.</summary>
    private static DiscoveryRequest Reconnect(XdsType type, string version)
    {
        var request = Request(type);
        request.VersionInfo = version;
        return request;
    }
}
