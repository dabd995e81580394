using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part A: stream, identity, framing.</summary>
public sealed class DeltaIdentityTests : DeltaFixture
{
    [Fact]
    public void Delta_FirstMessage_NodeIsRemembered()
    {
        Node.UserAgentBuildVersion = new BuildVersion { Version = new EnvoyApi.Type.V3.SemanticVersion { MajorNumber = 1, MinorNumber = 40 } };
        Node.Metadata = new Struct { Fields = { ["version"] = Value.ForString("x") } };
        Node.ClientFeatures.Add("f");
        Subscribe(XdsTypes.Cluster);
        Assert.Equal(ProxyId, Session.Node!.Id);
        Assert.Equal(1040, Session.Node.VersionNumber);
        Assert.Equal("1.40.0", Session.Node.UserAgentVersion);
        Assert.Equal(["f"], Session.Node.Features);
        Assert.Equal(Node.Metadata, Struct.Parser.ParseFrom(Session.Node.Metadata.Span));
        Subscribe(XdsTypes.Listener);
        Assert.Equal(ProxyId, Session.Node.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Delta_FirstMessageWithoutNodeId_EndsInvalidArgument(bool withNode)
    {
        var request = Request(XdsTypes.Cluster);
        request.Node = withNode ? new Node { Cluster = "x" } : null;
        var end = Assert.Throws<AdsProtocolException>(() => Session.Receive(request.ToByteArray(), Now));
        Assert.Equal(GrpcStatusCode.InvalidArgument, end.Status);
        Assert.Contains("missing node information", end.Message, StringComparison.Ordinal);
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_SameNodeOtherMetadata_IsReported()
    {
        Subscribe(XdsTypes.Cluster);
        var request = Request(XdsTypes.Listener);
        request.Node = Node.Clone();
        Session.Receive(request.ToByteArray(), Now);
        Assert.Empty(NodeChanges);
        request.Node.Metadata = new Struct { Fields = { ["a"] = Value.ForString("b") } };
        Session.Receive(request.ToByteArray(), Now);
        Session.Receive(request.ToByteArray(), Now);
        Assert.Equal(request.Node.Metadata, Struct.Parser.ParseFrom(Assert.Single(NodeChanges).Metadata.Span));
    }

    [Fact]
    public void Delta_OtherNodeId_EndsInvalidArgument()
    {
        Subscribe(XdsTypes.Cluster);
        var request = Request(XdsTypes.Listener);
        request.Node = new Node { Id = "other" };
        Assert.Equal(GrpcStatusCode.InvalidArgument, Assert.Throws<AdsProtocolException>(() => Session.Receive(request.ToByteArray(), Now)).Status);
        Assert.Equal(ProxyId, Session.Node!.Id);
    }

    [Fact]
    public void Delta_TwoStreamsOfANode_AreIndependent()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        using var second = (DeltaSession)Open();
        var request = Request(XdsTypes.Cluster);
        request.Node = Node;
        second.Receive(request.ToByteArray(), Now);
        Assert.Equal("cds +a", Show(ReadOne()));
        Assert.Single(WriteAll(second));
        Session.Dispose();
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Single(WriteAll(second));
        second.Dispose();
        Reopen();
    }

    [Fact]
    public void Delta_TypeUrlEmpty_EndsInvalidArgument()
    {
        var request = new DeltaDiscoveryRequest { Node = Node };
        var end = Assert.Throws<AdsProtocolException>(() => Session.Receive(request.ToByteArray(), Now));
        Assert.Equal(GrpcStatusCode.InvalidArgument, end.Status);
        Assert.Contains("type URL is required for ADS", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delta_UnknownType_StaysOpenAndAnswersMissing()
    {
        var unknown = new XdsType { Url = "type.googleapis.com/nobody.Knows", ShortName = "x" };
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        Subscribe(unknown, "n");
        Assert.Equal("other -n", Show(ReadOne()));
        var wildcard = new XdsType { Url = "type.googleapis.com/nobody.KnowsThis", ShortName = "x" };
        Subscribe(wildcard, "*");
        Assert.Equal("other", Show(ReadOne()));
        Subscribe(XdsTypes.Cluster);
        Assert.Equal("cds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_NoSnapshotYet_NothingIsSent()
    {
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Endpoint, "a");
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        Assert.Equal(["cds +a", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_MalformedBytes_EndOnlyThisStream()
    {
        Assert.Equal(GrpcStatusCode.InvalidArgument, Assert.Throws<AdsProtocolException>(() => Session.Receive([0xFF, 0xFF], Now)).Status);
        Set(XdsTypes.Cluster, "a", "1");
        Publish();
        Reopen();
        Subscribe(XdsTypes.Cluster);
        Assert.Equal("cds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_TypesInterleaved_AreApart()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Set(XdsTypes.Listener, "l", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Listener);
        var all = Read();
        Nack(all[1], "Error adding/updating listener(s) l: bad");
        Ack(all[0]);
        var status = Session.Status();
        Assert.Equal((1, 0), (status[0].Accepted, status[0].Rejected));
        Assert.Equal((0, 1), (status[1].Accepted, status[1].Rejected));
    }

    [Fact]
    public void Delta_TooManyTypes_ExcessIsIgnored()
    {
        Publish();
        for (var i = 0; i < 70; i++)
        {
            Subscribe(new XdsType { Url = $"type.googleapis.com/x.T{i}", ShortName = "x" }, "n");
        }

        Assert.Equal(64, Read().Count);
        Assert.Equal(64, Session.Status().Count);
    }
}
