using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;

namespace Mesh.Protocol.Tests.Relay;

public sealed class HeldSessionTests : RelayFixture
{
    [Fact]
    public void Wildcard_NothingHeldByTheClient_GetsAllWithTheirVersions()
    {
        var response = Ask(new HeldSession(Held(XdsTypes.Cluster, ("a", "v1"), ("b", "v2"))), Request(XdsTypes.Cluster))!;

        Assert.Equal(XdsTypes.Cluster.Url, response.TypeUrl);
        Assert.NotEmpty(response.Nonce);
        Assert.Equal([Resource("a", "v1"), Resource("b", "v2")], response.Resources.OrderBy(r => r.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Wildcard_NothingThere_IsAnsweredEmpty()
    {
        var session = new HeldSession(HeldConfiguration.Empty);

        Assert.Empty(Ask(session, Request(XdsTypes.Listener))!.Resources);
        Assert.Null(Ask(session, Request(XdsTypes.Listener, nonce: "1")));
    }

    [Fact]
    public void Wildcard_VersionsHeld_OnlyTheDifferenceIsSent()
    {
        var session = new HeldSession(Held(XdsTypes.Cluster, ("a", "v1"), ("b", "v2")));

        var response = Ask(session, Request(XdsTypes.Cluster, held: new() { ["a"] = "v1", ["b"] = "v1", ["c"] = "v1" }))!;

        Assert.Equal(Resource("b", "v2"), Assert.Single(response.Resources));
        Assert.Equal(["c"], response.RemovedResources);
        Assert.Null(Ask(new HeldSession(Held(XdsTypes.Cluster, ("a", "v1"))), Request(XdsTypes.Cluster, held: new() { ["a"] = "v1" })));
    }

    [Fact]
    public void Wildcard_BesideNames_NoNameTwice()
    {
        var response = Ask(new HeldSession(Held(XdsTypes.Cluster, ("a", "v1"))), Request(XdsTypes.Cluster, sub: ["*", "a", "missing"]))!;

        Assert.Equal(["a"], response.Resources.Select(r => r.Name));
        Assert.Equal(["missing"], response.RemovedResources);
    }

    [Fact]
    public void Names_HeldAndMissing_EachIsAnswered()
    {
        var session = new HeldSession(Held(XdsTypes.Secret, ("a", "v1"), ("b", "v1"), ("unasked", "v1")));

        var response = Ask(session, Request(XdsTypes.Secret, sub: ["a", "missing"]))!;
        Assert.Equal(["a"], response.Resources.Select(r => r.Name));
        Assert.Equal(["missing"], response.RemovedResources);

        Assert.Equal(["b"], Ask(session, Request(XdsTypes.Secret, sub: ["b"], nonce: response.Nonce))!.Resources.Select(r => r.Name));
    }

    [Fact]
    public void FilterConfig_Missing_IsNotToldToBeGone() =>
        Assert.Null(Ask(new HeldSession(HeldConfiguration.Empty), Request(XdsTypes.ExtensionConfig, sub: ["filter"])));

    [Fact]
    public void Rejection_IsToldAndNotAnswered()
    {
        var session = new HeldSession(Held(XdsTypes.Cluster, ("a", "v1")));
        var response = Ask(session, Request(XdsTypes.Cluster))!;

        Assert.Null(Ask(session, Request(XdsTypes.Cluster, nonce: response.Nonce, error: "no such filter")));

        Assert.Equal("no such filter", session.Rejection);
    }

    [Fact]
    public void Request_Malformed_EndsTheStream() =>
        Assert.Throws<AdsProtocolException>(() => Ask(new HeldSession(HeldConfiguration.Empty), [0x0A, 0xFF]));
}
