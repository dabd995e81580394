using System.Buffers;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

public sealed class KdsReceiverTests
{
    private readonly KdsReceiver _receiver = New();

    [Fact]
    public void Ask_WithoutVersions_WritesWhatKumaWrites()
    {
        _receiver.Ask("Mesh", held: null);
        var request = Request()!;
        Assert.Equal(("zone-1", "Mesh", ""), (request.Node.Id, request.TypeUrl, request.ResponseNonce));
        Assert.Equal(["features", "store-id", "version"], request.Node.Metadata.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("*", Assert.Single(request.ResourceNamesSubscribe));
        Assert.Empty(request.InitialResourceVersions);
        Assert.Null(Request());
    }

    [Fact]
    public void Ask_NodeOnce_SendsTheMetadataOnce()
    {
        var receiver = New(new KdsOptions { NodeOnce = true });
        receiver.Ask("Mesh", held: null);
        receiver.Ask("MeshTimeout", held: null);
        Assert.NotNull(Request(receiver)!.Node.Metadata);
        var second = Request(receiver)!;
        Assert.Equal("zone-1", second.Node.Id);
        Assert.Null(second.Node.Metadata);
    }

    [Fact]
    public void Ask_MoreHeldThanFits_IsSplitAndTheWildcardComesLast()
    {
        var receiver = New(new KdsOptions { RequestBudget = 100 });
        receiver.Ask("Mesh", Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"name-{i}", "version")).ToList());
        var requests = new List<DeltaDiscoveryRequest>();
        while (Request(receiver) is { } request)
        {
            requests.Add(request);
        }

        Assert.True(requests.Count > 2);
        Assert.Equal(20, requests.SelectMany(r => r.InitialResourceVersions.Keys).Distinct().Count());
        Assert.All(requests.SkipLast(1), r => Assert.Empty(r.ResourceNamesSubscribe));
        Assert.Equal("*", Assert.Single(requests[^1].ResourceNamesSubscribe));
        Assert.Equal(1, requests.Count(r => r.Node.Metadata is not null));
    }

    [Fact]
    public void Receive_ResponsesThatDoNotWaitForAnswers_EndTheStream()
    {
        _receiver.Ask("Mesh", held: null);
        _receiver.Ask("MeshRetry", held: null);
        var deliveries = Enumerable.Range(1, 4).Select(i => Receive(New("Mesh", $"{i}", "", "a"))).ToList();
        Assert.Throws<KdsProtocolException>(() => Receive(New("Mesh", "5", "", "a")));
        Receive(New("MeshRetry", "6", "", "a"));

        _receiver.Accept(deliveries[0]);

        Receive(New("Mesh", "7", "", "a"));
    }

    [Fact]
    public void FirstResponse_OfAKumaPeer_IsAFullSet()
    {
        _receiver.Ask("Mesh", held: null);
        var first = Receive(New("Mesh", "1", "", "a"));
        Assert.True(first is { IsFirst: true, IsFullSet: true, MoreFollows: false });
        Assert.False(_receiver.PeerKnowsVersions);
        var second = Receive(New("Mesh", "2", "", "b"));
        Assert.True(second is { IsFirst: false, IsFullSet: false });
    }

    [Fact]
    public void FirstResponse_OfOursToHeldVersions_IsADifference()
    {
        _receiver.Ask("Mesh", [KeyValuePair.Create("a", "v")]);
        var first = Receive(New("Mesh", "1", "mesh;more", "b"));
        Assert.True(first is { IsFirst: true, IsFullSet: false, MoreFollows: true });
        Assert.True(_receiver.PeerKnowsVersions);
        Assert.False(Receive(New("Mesh", "2", "mesh", "c")).MoreFollows);
    }

    [Fact]
    public void FirstResponse_NothingHeldAndAKumaPeer_IsAFullSet()
    {
        _receiver.Ask("Mesh", []);
        Assert.True(Receive(New("Mesh", "1", "", "a")).IsFullSet);
    }

    [Fact]
    public void FirstResponse_HeldVersionsAndAPeerThatMayIgnoreThem_IsRefused()
    {
        _receiver.Ask("Mesh", [KeyValuePair.Create("a", "v")]);
        Assert.False(Assert.Throws<KdsPeerChangedException>(() => Receive(New("Mesh", "1", "", "b"))).KnowsVersions);
    }

    [Fact]
    public void FirstResponse_FullSetAskedAndInParts_IsRefused()
    {
        _receiver.Ask("Mesh", held: null);
        Assert.True(Assert.Throws<KdsPeerChangedException>(() => Receive(New("Mesh", "1", "mesh;more", "b"))).KnowsVersions);
    }

    [Fact]
    public void FirstResponse_WithAFault_IsNoFullSetAndIsRejectedByName()
    {
        _receiver.Ask("Mesh", held: null);
        var response = New("Mesh", "1", "", "good");
        response.Resources.Add(new Resource { Name = "bad", Resource_ = new Any { TypeUrl = "type.googleapis.com/other" } });
        response.Resources.Add(new Resource());
        var delivery = Receive(response);
        Assert.False(delivery.IsFullSet);
        Assert.Equal("good", Assert.Single(delivery.Resources).Name);
        Request();
        _receiver.Accept(delivery);
        var answer = Request()!;
        Assert.StartsWith("bad: not a ", answer.ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_RepeatTheNonceWithoutMetadata()
    {
        _receiver.Ask("Mesh", held: null);
        Request();
        var delivery = Receive(New("Mesh", "17", "", "a"));
        Assert.Null(Request());
        _receiver.Accept(delivery);
        var answer = Request()!;
        Assert.Equal(("zone-1", "Mesh", "17"), (answer.Node.Id, answer.TypeUrl, answer.ResponseNonce));
        Assert.Null(answer.Node.Metadata);
        Assert.Null(answer.ErrorDetail);
        Assert.Empty(answer.ResourceNamesSubscribe);
        _receiver.Reject(delivery, new string('x', 10_000));
        Assert.True(Request()!.ErrorDetail.Message.Length is > 4000 and < 5000);
    }

    [Theory]
    [InlineData("MeshTimeout", "1")]
    [InlineData("", "1")]
    [InlineData("Mesh", "")]
    public void Response_ThatNobodyAskedFor_EndsTheStream(string type, string nonce)
    {
        _receiver.Ask("Mesh", held: null);
        Assert.Throws<KdsProtocolException>(() => Receive(New(type, nonce, "")));
    }

    [Fact]
    public void Response_MalformedOrTooLong_EndsTheStream()
    {
        var receiver = New(new KdsOptions { MaxMessageLength = 10 });
        receiver.Ask("Mesh", held: null);
        Assert.Throws<KdsProtocolException>(() => receiver.Receive(new byte[] { 0x12, 0xFF }));
        Assert.Throws<KdsProtocolException>(() => receiver.Receive(new byte[11]));
    }

    private static KdsReceiver New(KdsOptions? options = null) => new("zone-1", KdsLink.Metadata(isOurs: true), options ?? new KdsOptions());

    private static DeltaDiscoveryResponse New(string type, string nonce, string version, params string[] names)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = type, Nonce = nonce, SystemVersionInfo = version };
        response.Resources.AddRange(names.Select(n => new Resource { Name = n, Version = "v", Resource_ = new Any { TypeUrl = KdsTypes.MessageUrl } }));
        return response;
    }

    private KdsDelivery Receive(DeltaDiscoveryResponse response) => _receiver.Receive(response.ToByteArray());

    private DeltaDiscoveryRequest? Request() => Request(_receiver);

    private static DeltaDiscoveryRequest? Request(KdsReceiver receiver)
    {
        var output = new ArrayBufferWriter<byte>();
        return receiver.TryWrite(output) ? DeltaDiscoveryRequest.Parser.ParseFrom(output.WrittenSpan) : null;
    }
}
