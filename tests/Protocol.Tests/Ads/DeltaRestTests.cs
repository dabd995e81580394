using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>After which requests the writing loop need not be woken.</summary>
public sealed class DeltaRestTests : DeltaFixture
{
    public DeltaRestTests()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Set(XdsTypes.Endpoint, "a", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Endpoint, "a");
        Drain();
    }

    [Fact]
    public void Delta_AnswerThatLeavesNothingToWrite_IsNotDue()
    {
        var response = Change("22");
        Send(Request(XdsTypes.Endpoint, nonce: response.Nonce));
        Assert.False(Session.IsDue());
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_AnswerWithANewerSnapshotThere_IsDue()
    {
        var response = Change("22");
        Set(XdsTypes.Endpoint, "a", "333");
        Publish();
        Send(Request(XdsTypes.Endpoint, nonce: response.Nonce));
        Assert.True(Session.IsDue());
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_RequestForANameAgain_IsDue()
    {
        Send(Request(XdsTypes.Endpoint, sub: ["a"]));
        Assert.True(Session.IsDue());
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_RejectionOfAPart_IsDue()
    {
        var response = Change("22");
        Send(Request(XdsTypes.Endpoint, nonce: response.Nonce, error: "no"));
        Assert.True(Session.IsDue());
    }

    private EnvoyApi.Service.Discovery.V3.DeltaDiscoveryResponse Change(string content)
    {
        Set(XdsTypes.Endpoint, "a", content);
        Publish();
        return ReadOne();
    }
}
