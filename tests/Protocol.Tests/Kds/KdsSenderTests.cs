using System.Buffers;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

public sealed class KdsSenderTests
{
    private static readonly Node _kuma = new() { Id = "zone-1", Metadata = Struct.Parser.ParseFrom(KdsLink.Metadata(isOurs: false)) };
    private static readonly Node _ours = new() { Id = "zone-1", Metadata = Struct.Parser.ParseFrom(KdsLink.Metadata(isOurs: true)) };
    private readonly KdsWorld _world = new();

    [Fact]
    public void FirstRequest_TypeWithoutResources_IsAnsweredEmptyOnce()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        var response = Response(sender)!;
        Assert.Equal(("Mesh", "1", ""), (response.TypeUrl, response.Nonce, response.SystemVersionInfo));
        Assert.Empty(response.Resources);
        Ack(sender, "Mesh", "1");
        Assert.Null(Response(sender));
    }

    [Fact]
    public void FirstRequest_TypeNobodyHas_IsAnsweredEmptyOnce()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "ServiceInsight");
        Assert.Empty(Response(sender)!.Resources);
        Ack(sender, "ServiceInsight", "1");
        Assert.Null(Response(sender));
    }

    [Fact]
    public void Rejection_OfATypeNobodyHas_IsNotSentAgainAndWakesNobody()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "ServiceInsight");
        Assert.Empty(Response(sender)!.Resources);
        Nack(sender, "ServiceInsight", "1", now: 0);
        Assert.Null(Response(sender));
        Assert.Equal(KdsSender.Never, sender.NextDeadline);
        Assert.Equal(1, sender.Status()[0].Rejected);
    }

    [Fact]
    public void FirstRequest_HeldNamesOfATypeNobodyHas_AreNotRemoved()
    {
        using var sender = NewSender();
        sender.Receive(new DeltaDiscoveryRequest { Node = _ours, TypeUrl = "Unknown", ResourceNamesSubscribe = { "*" }, InitialResourceVersions = { ["a"] = "v" } }.ToByteArray(), 0);
        Assert.Empty(Response(sender)!.RemovedResources);
    }

    [Fact]
    public void Types_AreAnsweredInOrderOfRegistration()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "Unknown");
        Ask(sender, _kuma, "MeshTimeout");
        Ask(sender, _kuma, "Mesh");
        Assert.Equal(["Mesh", "MeshTimeout", "Unknown"], [Response(sender)!.TypeUrl, Response(sender)!.TypeUrl, Response(sender)!.TypeUrl]);
    }

    [Fact]
    public void Response_CarriesResourcesAsTheContractWritesThem()
    {
        _world.Put("Mesh", "default.", "payload");
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        var resource = Assert.Single(Response(sender)!.Resources);
        Assert.Equal(("default.", KdsWorld.VersionOf("payload")), (resource.Name, resource.Version));
        Assert.Equal(KdsTypes.MessageUrl, resource.Resource_.TypeUrl);
        Assert.Equal("payload", resource.Resource_.Value.ToStringUtf8());
    }

    [Fact]
    public void Change_ResponseInFlight_WaitsForItsAnswer()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        Response(sender);
        _world.Put("Mesh", "a", "1");
        Assert.Null(Response(sender));
        Ack(sender, "Mesh", "7");
        Assert.Null(Response(sender));
        Assert.Equal(1, sender.StaleAnswers);
        Ack(sender, "Mesh", "1");
        Assert.Equal("a", Assert.Single(Response(sender)!.Resources).Name);
    }

    [Fact]
    public void FirstSet_OfAKumaPeer_IsOneResponseWhateverItsSize()
    {
        for (var i = 0; i < 50; i++)
        {
            _world.Put("Mesh", $"m{i}", new string('x', 100));
        }

        using var sender = NewSender(new KdsOptions { ResponseBudget = 500 });
        Ask(sender, _kuma, "Mesh");
        Assert.Equal(50, Response(sender)!.Resources.Count);
    }

    [Fact]
    public void FirstSet_OfOurs_IsSplitAndSaysSo()
    {
        for (var i = 0; i < 5; i++)
        {
            _world.Put("Mesh", $"m{i}", new string('x', 100));
        }

        using var sender = NewSender(new KdsOptions { ResponseBudget = 450 });
        Ask(sender, _ours, "Mesh");
        Assert.Equal("mesh;more", Response(sender)!.SystemVersionInfo);
        Ack(sender, "Mesh", "1");
        Assert.Equal("mesh;more", Response(sender)!.SystemVersionInfo);
        Ack(sender, "Mesh", "2");
        Assert.Equal("mesh", Response(sender)!.SystemVersionInfo);
    }

    [Fact]
    public void HeldVersions_InSeveralRequests_AreComparedBeforeTheWildcardOpensTheType()
    {
        _world.Put("Mesh", "a", "1");
        _world.Put("Mesh", "b", "1");
        using var sender = NewSender();
        sender.Receive(new DeltaDiscoveryRequest { Node = _ours, TypeUrl = "Mesh", InitialResourceVersions = { ["a"] = KdsWorld.VersionOf("1"), ["gone"] = "v" } }.ToByteArray(), 0);
        Assert.Null(Response(sender));
        sender.Receive(new DeltaDiscoveryRequest { TypeUrl = "Mesh", InitialResourceVersions = { ["b"] = "old" }, ResourceNamesSubscribe = { "*" } }.ToByteArray(), 0);
        var response = Response(sender)!;
        Assert.Equal("b", Assert.Single(response.Resources).Name);
        Assert.Equal("gone", Assert.Single(response.RemovedResources));
    }

    [Fact]
    public void HeldVersions_NameComesBackBeforeTheResponse_IsNotRemoved()
    {
        using var sender = NewSender();
        sender.Receive(new DeltaDiscoveryRequest { Node = _ours, TypeUrl = "Mesh", InitialResourceVersions = { ["a"] = "v" }, ResourceNamesSubscribe = { "*" } }.ToByteArray(), 0);
        _world.Put("Mesh", "a", "1");
        var response = Response(sender)!;
        Assert.Equal("a", Assert.Single(response.Resources).Name);
        Assert.Empty(response.RemovedResources);
    }

    [Fact]
    public void HeldVersions_FeedNotLoaded_AreKeptUntilItIs()
    {
        var world = new KdsWorld(isLoaded: false);
        world.Put("Mesh", "a", "1");
        using var sender = new KdsSender(world.Feed, "zone-1", new KdsOptions(), new KdsSenderOwner());
        sender.Receive(new DeltaDiscoveryRequest { Node = _ours, TypeUrl = "Mesh", InitialResourceVersions = { ["a"] = KdsWorld.VersionOf("1"), ["b"] = KdsWorld.VersionOf("1"), ["c"] = "" }, ResourceNamesSubscribe = { "*" } }.ToByteArray(), 0);
        Assert.Null(Response(sender));
        world.Put("Mesh", "b", "1");
        world.Feed.Complete();
        var response = Response(sender)!;
        Assert.Empty(response.Resources);
        Assert.Equal("c", Assert.Single(response.RemovedResources));
    }

    [Fact]
    public void HeldVersions_FeedNotLoadedAndTooMany_EndTheStream()
    {
        var world = new KdsWorld(isLoaded: false);
        using var sender = new KdsSender(world.Feed, "zone-1", new KdsOptions { MaxWaitingBytes = 10 }, new KdsSenderOwner());
        var request = new DeltaDiscoveryRequest { Node = _ours, TypeUrl = "Mesh", InitialResourceVersions = { ["a"] = "v" } }.ToByteArray();
        Assert.Equal(GrpcStatusCode.Unavailable, Assert.Throws<KdsProtocolException>(() => sender.Receive(request, 0)).Status);
    }

    [Fact]
    public void Rejection_IsSentAgainAfterABackoffThatDoubles()
    {
        _world.Put("Mesh", "a", "1");
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        Response(sender);
        Nack(sender, "Mesh", "1", now: 100);
        Assert.Null(Response(sender, now: 100));
        Assert.Equal(5_100, sender.NextDeadline);
        Assert.Null(Response(sender, now: 5_099));
        Assert.Equal("a", Assert.Single(Response(sender, now: 5_100)!.Resources).Name);
        Nack(sender, "Mesh", "2", now: 6_000);
        Assert.Null(Response(sender, now: 15_999));
        Assert.Equal(16_000, sender.NextDeadline);
        Assert.Equal("3", Response(sender, now: 16_000)!.Nonce);
        Ack(sender, "Mesh", "3");
        Assert.Null(Response(sender, now: long.MaxValue - 1));
        Assert.Equal(KdsSender.Never, sender.NextDeadline);
        Assert.Null(Assert.Single(sender.Status()).LastError);
    }

    [Fact]
    public void Rejection_WhatChangesMeanwhile_IsSentAtOnceAndNotTwice()
    {
        _world.Put("Mesh", "a", "1");
        _world.Put("Mesh", "b", "1");
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        Response(sender);
        Nack(sender, "Mesh", "1", now: 0);
        _world.Put("Mesh", "a", "2");
        Assert.Equal("a", Assert.Single(Response(sender)!.Resources).Name);
        Ack(sender, "Mesh", "2");
        Assert.Equal("bad", Assert.Single(sender.Status()).LastError);
        Assert.Equal("b", Assert.Single(Response(sender, now: 5_000)!.Resources).Name);
        Ack(sender, "Mesh", "3");
        Assert.Null(Response(sender, now: 1_000_000));
    }

    [Fact]
    public void Rejection_OfRemovedNames_IsSentAgain()
    {
        _world.Put("Mesh", "a", "1");
        using var sender = NewSender();
        sender.Receive(new DeltaDiscoveryRequest { Node = _ours, TypeUrl = "Mesh", InitialResourceVersions = { ["gone"] = "v", ["a"] = KdsWorld.VersionOf("1") }, ResourceNamesSubscribe = { "*" } }.ToByteArray(), 0);
        Response(sender);
        Nack(sender, "Mesh", "1", now: 0);
        var again = Response(sender, now: 5_000)!;
        Assert.Equal("gone", Assert.Single(again.RemovedResources));
        Assert.Empty(again.Resources);
        Nack(sender, "Mesh", "2", now: 5_000);
        _world.Remove("Mesh", "a");
        Assert.Equal("a", Assert.Single(Response(sender, now: 5_001)!.RemovedResources));
    }

    [Fact]
    public void Resource_LargerThanPeersReceive_IsLeftOutAndReported()
    {
        var owner = new KdsSenderOwner();
        using var sender = new KdsSender(_world.Feed, "zone-1", new KdsOptions { MaxMessageLength = 200_000 }, owner);
        _world.Put("Mesh", "big", new string('x', 150_000));
        _world.Put("Mesh", "small", "1");
        Ask(sender, _ours, "Mesh");
        Assert.Equal("small", Assert.Single(Response(sender)!.Resources).Name);
        Assert.Equal("big", owner.LeftOut);
    }

    [Fact]
    public void Unsubscribe_Wildcard_EndsTheType()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        Response(sender);
        sender.Receive(new DeltaDiscoveryRequest { TypeUrl = "Mesh", ResponseNonce = "1", ResourceNamesUnsubscribe = { "*" } }.ToByteArray(), 0);
        _world.Put("Mesh", "a", "1");
        Assert.Null(Response(sender));
        Ask(sender, _kuma, "Mesh");
        Assert.Equal("a", Assert.Single(Response(sender)!.Resources).Name);
    }

    [Fact]
    public void Answer_ToATypeThatWasGivenUp_DoesNotAskForItAgain()
    {
        using var sender = NewSender();
        Ask(sender, _kuma, "Mesh");
        Response(sender);
        sender.Receive(new DeltaDiscoveryRequest { TypeUrl = "Mesh", ResourceNamesUnsubscribe = { "*" } }.ToByteArray(), 0);

        Ack(sender, "Mesh", "1");

        _world.Put("Mesh", "a", "1");
        Assert.Null(Response(sender));
        Assert.Equal(1, sender.StaleAnswers);
        Ask(sender, _kuma, "Mesh");
        Assert.Equal("a", Assert.Single(Response(sender)!.Resources).Name);
    }

    [Fact]
    public void Peer_SleptThroughMoreRemovalsThanAreKept_IsToldToConnectAgain()
    {
        var world = new KdsWorld(maxTombstones: 1);
        using var sender = new KdsSender(world.Feed, "zone-1", new KdsOptions(), new KdsSenderOwner());
        Ask(sender, _kuma, "Mesh");
        Response(sender);
        for (var i = 0; i < 3; i++)
        {
            world.Put("Mesh", $"m{i}");
            world.Remove("Mesh", $"m{i}");
        }

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.Throws<KdsProtocolException>(() => Response(sender)).Status);
    }

    [Theory]
    [InlineData("malformed")]
    [InlineData("no node")]
    [InlineData("another node")]
    [InlineData("no type")]
    [InlineData("names")]
    [InlineData("too long")]
    [InlineData("types")]
    [InlineData("held")]
    public void Request_ThatCannotBeServed_EndsTheStream(string fault)
    {
        using var sender = NewSender(new KdsOptions { MaxTypes = 2, MaxHeld = 1, MaxMessageLength = 2000 });
        if (fault != "no node")
        {
            Ask(sender, _ours, "Mesh");
        }

        byte[][] requests = fault switch
        {
            "malformed" => [[0x0A, 0xFF]],
            "no node" => [new DeltaDiscoveryRequest { TypeUrl = "Mesh" }.ToByteArray()],
            "another node" => [new DeltaDiscoveryRequest { Node = new Node { Id = "zone-2" }, TypeUrl = "Mesh" }.ToByteArray()],
            "no type" => [new DeltaDiscoveryRequest { Node = _ours }.ToByteArray()],
            "names" => [new DeltaDiscoveryRequest { TypeUrl = "MeshTimeout", ResourceNamesSubscribe = { "a" } }.ToByteArray()],
            "too long" => [new DeltaDiscoveryRequest { TypeUrl = "MeshTimeout", InitialResourceVersions = { [new string('x', 2000)] = "" } }.ToByteArray()],
            "types" => [new DeltaDiscoveryRequest { TypeUrl = "A" }.ToByteArray(), new DeltaDiscoveryRequest { TypeUrl = "B" }.ToByteArray()],
            _ => [new DeltaDiscoveryRequest { TypeUrl = "MeshTimeout", InitialResourceVersions = { ["a"] = "", ["b"] = "" } }.ToByteArray()],
        };
        foreach (var request in requests.SkipLast(1))
        {
            sender.Receive(request, 0);
        }

        Assert.Throws<KdsProtocolException>(() => sender.Receive(requests[^1], 0));
    }

    [Fact]
    public void Steady_ChangeSentAndAccepted_AllocatesNothing()
    {
        var owner = new KdsSenderOwner();
        using var sender = new KdsSender(_world.Feed, "zone-1", new KdsOptions(), owner);
        Ask(sender, _ours, "Mesh");
        Response(sender);
        Ack(sender, "Mesh", "1");
        byte[][] contents = ["1"u8.ToArray(), "2"u8.ToArray()];
        var acks = Enumerable.Range(2, 3000).Select(i => new DeltaDiscoveryRequest { TypeUrl = "Mesh", ResponseNonce = $"{i}" }.ToByteArray()).ToList();
        var type = KdsTypes.Register(_world.Engine.Types, "Mesh");
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                _world.Feed.Put(type, "a", contents[i % 2]);
                Assert.True(sender.TryWrite(output, 0));
                output.ResetWrittenCount();
                sender.Receive(acks[i], 0);
            }
        }

        Run(0, 2500);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Run(2500, 2900);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private KdsSender NewSender(KdsOptions? options = null) => new(_world.Feed, "zone-1", options ?? new KdsOptions(), new KdsSenderOwner());

    private static void Ask(KdsSender sender, Node node, string type) =>
        sender.Receive(new DeltaDiscoveryRequest { Node = node, TypeUrl = type, ResourceNamesSubscribe = { "*" } }.ToByteArray(), 0);

    private static void Ack(KdsSender sender, string type, string nonce) =>
        sender.Receive(new DeltaDiscoveryRequest { Node = new Node { Id = "zone-1" }, TypeUrl = type, ResponseNonce = nonce }.ToByteArray(), 0);

    private static void Nack(KdsSender sender, string type, string nonce, long now) =>
        sender.Receive(new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = nonce, ErrorDetail = new() { Message = "bad" } }.ToByteArray(), now);

    private static DeltaDiscoveryResponse? Response(KdsSender sender, long now = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        return sender.TryWrite(output, now) ? DeltaDiscoveryResponse.Parser.ParseFrom(output.WrittenSpan) : null;
    }
}
