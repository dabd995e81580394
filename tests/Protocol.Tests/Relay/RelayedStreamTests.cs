using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;

namespace Mesh.Protocol.Tests.Relay;

public sealed class RelayedStreamTests : RelayFixture
{
    private readonly RelayedStream _stream = new(HeldConfiguration.Empty);

    [Fact]
    public void Response_NotAnswered_IsNotHeld()
    {
        _stream.Request(Request(XdsTypes.Cluster));
        _stream.Response(Response(XdsTypes.Cluster, "1", [("a", "v1")]));

        Assert.Equal("", Names(_stream.Snapshot(), XdsTypes.Cluster));
        Assert.Equal(0, _stream.Revision);
    }

    [Fact]
    public void Response_Accepted_IsHeldByteForByte()
    {
        _stream.Request(Request(XdsTypes.Cluster));
        _stream.Response(Response(XdsTypes.Cluster, "1", [("a", "v1")]));
        _stream.Request(Request(XdsTypes.Cluster, nonce: "1"));

        var held = _stream.Snapshot().Find(XdsTypes.Cluster.Url, "a")!;
        Assert.Equal("v1", held.Version);
        Assert.Equal(Resource("a", "v1"), EnvoyApi.Service.Discovery.V3.Resource.Parser.ParseFrom(held.Encoded.Span));
    }

    [Fact]
    public void Response_Rejected_FormerStaysHeld()
    {
        Deliver(XdsTypes.Cluster, "1", [("a", "v1")]);
        _stream.Response(Response(XdsTypes.Cluster, "2", [("a", "v2"), ("b", "v1")]));
        _stream.Request(Request(XdsTypes.Cluster, nonce: "2", error: "no"));

        Assert.Equal("a=v1", Names(_stream.Snapshot(), XdsTypes.Cluster));
    }

    [Fact]
    public void Responses_SeveralUnanswered_EachAnswerCountsForItsOwn()
    {
        _stream.Request(Request(XdsTypes.Cluster));
        _stream.Response(Response(XdsTypes.Cluster, "1", [("a", "v1")]));
        _stream.Response(Response(XdsTypes.Cluster, "2", [("b", "v1")]));
        _stream.Request(Request(XdsTypes.Cluster, nonce: "1", error: "no"));
        _stream.Request(Request(XdsTypes.Cluster, nonce: "2"));

        Assert.Equal("b=v1", Names(_stream.Snapshot(), XdsTypes.Cluster));
    }

    [Fact]
    public void Resources_RemovedOrUnsubscribed_AreNotHeld()
    {
        Deliver(XdsTypes.Secret, "1", [("a", "v1"), ("b", "v1"), ("c", "v1")]);
        _stream.Response(Response(XdsTypes.Secret, "2", removed: ["a"]));
        _stream.Request(Request(XdsTypes.Secret, unsub: ["b"], nonce: "2"));

        Assert.Equal("c=v1", Names(_stream.Snapshot(), XdsTypes.Secret));
    }

    [Fact]
    public void Reconnect_VersionsThatWereHeld_AreHeldStill()
    {
        var stream = new RelayedStream(Held(XdsTypes.Cluster, ("a", "v1"), ("b", "v1"), ("gone", "v1")));
        stream.Request(Request(XdsTypes.Cluster, held: new() { ["a"] = "v1", ["b"] = "v1" }));
        stream.Request(Request(XdsTypes.Listener, held: new()));

        Assert.False(stream.IsFresh);
        Assert.Equal("a=v1 b=v1", Names(stream.Snapshot(), XdsTypes.Cluster));
    }

    [Fact]
    public void Reconnect_VersionWithoutBytes_IsNotWholeUntilItIsSent()
    {
        var stream = new RelayedStream(Held(XdsTypes.Cluster, ("a", "v1")));
        stream.Request(Request(XdsTypes.Cluster, held: new() { ["a"] = "v2" }));
        stream.Request(Request(XdsTypes.Listener, held: new()));
        stream.Response(Response(XdsTypes.Listener, "1", [("l", "v1")]));
        stream.Request(Request(XdsTypes.Listener, nonce: "1"));
        Assert.False(stream.IsWhole);

        stream.Response(Response(XdsTypes.Cluster, "2", [("a", "v2")]));
        stream.Request(Request(XdsTypes.Cluster, nonce: "2"));
        Assert.True(stream.IsSettled);
    }

    [Fact]
    public void Start_UntilListenersAndNamesAreAnswered_IsNotSettled()
    {
        Deliver(XdsTypes.Cluster, "1", [("a", "v1")]);
        Assert.False(_stream.IsWhole);
        _stream.Request(Request(XdsTypes.Endpoint, sub: ["a"]));
        Deliver(XdsTypes.Listener, "2", [("l", "v1")]);
        Assert.True(_stream.IsWhole);
        Assert.False(_stream.IsSettled);

        _stream.Response(Response(XdsTypes.Endpoint, "3", [("a", "v1")]));
        Assert.False(_stream.IsWhole);
        _stream.Request(Request(XdsTypes.Endpoint, nonce: "3"));
        Assert.True(_stream.IsSettled);
        Assert.True(_stream.IsFresh);
    }

    [Theory]
    [InlineData("0aff")]
    [InlineData("08")]
    public void Messages_Unreadable_AreNeverWhole(string hex)
    {
        Deliver(XdsTypes.Cluster, "1", [("a", "v1")]);
        Deliver(XdsTypes.Listener, "2", [("l", "v1")]);
        Assert.True(_stream.IsWhole);

        _stream.Response(Convert.FromHexString(hex));

        Assert.False(_stream.IsWhole);
    }

    private void Deliver(XdsType type, string nonce, (string Name, string Version)[] resources)
    {
        _stream.Request(Request(type));
        _stream.Response(Response(type, nonce, resources));
        _stream.Request(Request(type, nonce: nonce));
    }
}
