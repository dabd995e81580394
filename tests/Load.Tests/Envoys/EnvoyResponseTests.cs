using Mesh.Load.Envoys;
using Mesh.Load.Fleets;
using Mesh.Load.Http2;
using Mesh.Load.Responses;

namespace Mesh.Load.Tests.Envoys;

/// <summary>What a virtual Envoy makes of responses whole, broken off and wrong.</summary>
public sealed class EnvoyResponseTests : EnvoyStreamFixture
{
    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(100)]
    public void Response_BrokenOff_LeavesNothing(int missing)
    {
        var frame = Data(1, NewClusters());
        Connection.Received(frame.AsSpan(..^missing));
        Assert.Equal(1, Context.Responses.InUse);
        Assert.Equal(0, State.Find(XdsKind.Cluster)!.Entries.Count);
        Connection.Closed("reset by peer");
        Assert.Equal(0, Context.Responses.InUse);
        AssertTotals(new FleetTotals { Away = 1, Lost = 1 });

        Pass();
        Link.TakeFrames();
        Connection = Connect();
        Assert.Empty(RequestOf(Link.TakeFrames().Last(sent => sent.Type == Frames.Data)).InitialResourceVersions);
        Serve(1);
        Assert.Equal(1, Worker.Totals.Resources);
        Assert.Equal("1", RequestOf(Link.TakeFrames()[^1]).ResponseNonce);
        AssertNoViolations();
    }

    [Fact]
    public void Response_UnderWayWhenTheProcessEnds_IsForgotten()
    {
        Connection.Received(Data(1, NewClusters()).AsSpan(..^10));
        Stream.Drop();
        Assert.Equal(0, Context.Responses.InUse);
    }

    [Fact]
    public void Response_InPiecesOfOneByte_IsAnsweredOnceItIsComplete()
    {
        Link.TakeFrames();
        var frame = Data(1, NewClusters());
        for (var i = 0; i < frame.Length; i++)
        {
            Assert.Empty(Link.TakeFrames());
            Connection.Received(frame.AsSpan(i, 1));
        }

        Assert.Equal("1", RequestOf(Link.TakeFrames()[^1]).ResponseNonce);
        Assert.Equal((1, 1), (Worker.Totals.Responses, Worker.Totals.Resources));
        Assert.Equal(0, Context.Responses.InUse);
    }

    [Theory]
    [InlineData(Listeners, "1", false)]
    [InlineData(Clusters, "", false)]
    [InlineData(Clusters, "1", true)]
    public void Response_ThatIsNotWhatWasAskedFor_IsCounted(string type, string nonce, bool isOfOtherType)
    {
        var response = NewClusters();
        (response.TypeUrl, response.Nonce) = (type, nonce);
        response.Resources[0].Resource_.TypeUrl = isOfOtherType ? Listeners : Clusters;
        Connection.Received(Data(1, response));
        Assert.Equal(1, Context.Violations[ViolationKind.Malformed]);
        Assert.Equal(0, State.Find(XdsKind.Cluster)!.Entries.Count);
    }
}
