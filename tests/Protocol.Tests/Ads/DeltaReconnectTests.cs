using Mesh.Engine.Persistence;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part C: reconnect and initial_resource_versions.</summary>
public sealed class DeltaReconnectTests : DeltaFixture
{
    public DeltaReconnectTests()
    {
        Set(XdsTypes.Cluster, "a", "1");
        Set(XdsTypes.Cluster, "b", "1");
        Set(XdsTypes.Endpoint, "a", "1");
        Set(XdsTypes.Endpoint, "b", "1");
        Publish();
    }

    private Dictionary<string, string> Held(XdsType type, params string[] names) => names.ToDictionary(n => n, n => VersionOf(type, n));

    private void Grace() => Now += Options.RemovalGrace;

    [Fact]
    public void Delta_ReconnectWildcard_DeletedIsRemoved()
    {
        var held = Held(XdsTypes.Cluster, "a", "b");
        Drop(XdsTypes.Cluster, "b");
        Drop(XdsTypes.Endpoint, "b");
        Publish();
        Send(Request(XdsTypes.Cluster, held: held));
        Read();
        Grace();
        Assert.Equal("cds -b", Show(ReadOne()));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ReconnectWildcard_UnchangedIsNotSent()
    {
        Send(Request(XdsTypes.Cluster, held: Held(XdsTypes.Cluster, "a", "b")));
        Assert.Empty(Read());
        Set(XdsTypes.Cluster, "c", "1");
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal("cds +a +c", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ReconnectWildcard_NewAndChangedAreSent()
    {
        var held = Held(XdsTypes.Cluster, "a", "b");
        Set(XdsTypes.Cluster, "a", "2");
        Set(XdsTypes.Cluster, "c", "1");
        Publish();
        Send(Request(XdsTypes.Cluster, held: held));
        Assert.Equal("cds +a +c", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ReconnectListenersAfterClusters_NoneThere_AreKept()
    {
        Send(Request(XdsTypes.Cluster, held: Held(XdsTypes.Cluster, "a", "b")));
        Assert.Empty(Read());
        Send(Request(XdsTypes.Listener, held: new() { ["l1"] = "1", ["l2"] = "1" }));
        Assert.Empty(Read());
        Grace();
        Assert.Empty(Read());
        Assert.Equal([XdsTypes.Listener], Emptied);
        Set(XdsTypes.Listener, "l1", "1");
        Publish();
        Assert.Equal("lds +l1 -l2", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ReconnectClustersAfterEndpoints_NoneThere_AreKept()
    {
        var held = Held(XdsTypes.Cluster, "a", "b");
        DropAll(XdsTypes.Cluster);
        Publish();
        Subscribe(XdsTypes.Endpoint, "a");
        Read();
        Send(Request(XdsTypes.Cluster, held: held));
        Read();
        Grace();
        Assert.Empty(Read());
        Assert.Equal([XdsTypes.Cluster], Emptied);
    }

    [Fact]
    public void Delta_FirstRequestForEverythingAndAName_NoneThere_IsAnswered()
    {
        Send(Request(XdsTypes.Listener, sub: ["*", "l"]));
        Assert.Equal("lds -l", Show(ReadOne()));
        Assert.Empty(Emptied);
    }

    [Fact]
    public void Delta_ReconnectNamed_UnchangedSkippedDeletedRemovedUnseenAnswered()
    {
        Set(XdsTypes.Route, "A", "1");
        Set(XdsTypes.Route, "C", "1");
        Publish();
        Send(Request(XdsTypes.Route, sub: ["A", "B", "C", "D"], held: new() { ["A"] = VersionOf(XdsTypes.Route, "A"), ["B"] = "old" }));
        Assert.Equal("rds +C -B -D", Show(ReadOne()));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ReconnectEndpoints_CurrentVersionsAreTrusted()
    {
        Send(Request(XdsTypes.Endpoint, sub: ["a", "b"], held: Held(XdsTypes.Endpoint, "a", "b")));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ReconnectEndpoints_ResendIsASetting()
    {
        Options = Options with { ResendOnReconnect = true };
        Reopen();
        Send(Request(XdsTypes.Endpoint, sub: ["a", "b"], held: Held(XdsTypes.Endpoint, "a", "b")));
        Assert.Equal("eds +a +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ReconnectEndpoints_OtherClusterVersionIsSent()
    {
        var held = Held(XdsTypes.Endpoint, "a", "b");
        Set(XdsTypes.Cluster, "a", "2");
        Set(XdsTypes.Endpoint, "a", "1");
        Publish();
        Send(Request(XdsTypes.Endpoint, sub: ["a", "b"], held: held));
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ReconnectEmptyVersion_IsUnknown()
    {
        Send(Request(XdsTypes.Cluster, held: new() { ["a"] = "", ["b"] = VersionOf(XdsTypes.Cluster, "b"), ["x"] = "" }));
        Assert.Equal("cds +a", Show(ReadOne()));
        Grace();
        Assert.Equal("cds -x", Show(ReadOne()));
    }

    [Fact]
    public void Delta_LaterInitialVersions_AreIgnored()
    {
        Subscribe(XdsTypes.Cluster);
        Drain();
        Send(Request(XdsTypes.Cluster, held: new() { ["a"] = "old", ["z"] = "old" }));
        Grace();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_OtherProcess_VersionsAreTheSame()
    {
        var held = Held(XdsTypes.Cluster, "a", "b");
        using var other = new DeltaReconnectTests();
        other.Send(Request(XdsTypes.Cluster, held: held));
        Assert.Empty(other.Read());
    }

    [Fact]
    public void Delta_HeldNamesNotAskedFor_AreIgnored()
    {
        Send(Request(XdsTypes.Endpoint, sub: ["a"], held: new() { ["a"] = VersionOf(XdsTypes.Endpoint, "a"), ["x"] = "1", ["b"] = "1" }));
        Grace();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_FirstRequestWithNonce_IsFirst()
    {
        Send(Request(XdsTypes.Cluster, nonce: "17"));
        Assert.Equal("cds +a +b", Show(ReadOne()));
        Assert.Equal(0, Session.Status()[0].UnknownNonces);
    }

    [Fact]
    public void Delta_NewStream_KnowsNothingOfTheOld()
    {
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Drain();
        Reopen();
        Subscribe(XdsTypes.Endpoint, "b");
        Assert.Equal("eds +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_NewStreamWithoutHeldVersions_GetsEverything()
    {
        Subscribe(XdsTypes.Cluster);
        Drain();
        Reopen();
        Subscribe(XdsTypes.Cluster);
        Assert.Equal("cds +a +b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_TypesInAnyOrder_EachIsAnsweredWhenAsked()
    {
        Set(XdsTypes.Listener, "l", "1");
        Set(XdsTypes.Route, "r", "1");
        Publish();
        Subscribe(XdsTypes.Endpoint, "a");
        Assert.Equal(["eds +a"], ShowAll());
        Subscribe(XdsTypes.Listener);
        Assert.Equal(["lds +l"], ShowAll());
        Subscribe(XdsTypes.Route, "r");
        Assert.Equal(["rds +r"], ShowAll());
        Subscribe(XdsTypes.Cluster);
        Assert.Equal(["cds +a +b", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_ReconnectBeforeSnapshot_HeldVersionsCountWhenItComes()
    {
        var held = Held(XdsTypes.Cluster, "a", "b");
        Engine.Withdraw(ProxyId);
        Reopen();
        Send(Request(XdsTypes.Cluster, held: held));
        Assert.Empty(Read());
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_HeldSecretStillGood_IsNotSentUntilTheCurrentOneChanges()
    {
        Set(XdsTypes.Secret, "s", "key2", "issuer/2");
        Publish();
        StillGood = (name, held, current) => (name, held, current) == ("s", "issuer/1", "issuer/2");
        Send(Request(XdsTypes.Secret, sub: ["s"], held: new() { ["s"] = "issuer/1" }));
        Assert.Empty(Read());
        Assert.Empty(Read());
        Set(XdsTypes.Secret, "s", "key3", "issuer/3");
        Publish();
        Assert.Equal("sds +s", Show(ReadOne()));
    }

    [Fact]
    public void Delta_HeldSecretNoLongerGood_IsSent()
    {
        Set(XdsTypes.Secret, "s", "key2", "issuer/2");
        Publish();
        Send(Request(XdsTypes.Secret, sub: ["s"], held: new() { ["s"] = "issuer/1" }));
        Assert.Equal("sds +s", Show(ReadOne()));
    }

    [Fact]
    public void Delta_SecretOfSameVersionOtherBytes_IsNotSent()
    {
        Set(XdsTypes.Secret, "s", "key1", "issuer/1");
        Publish();
        Subscribe(XdsTypes.Secret, "s");
        Drain();
        Set(XdsTypes.Secret, "s", "key2", "issuer/1");
        Publish();
        Assert.Empty(Read());
    }

    private bool IsRecognised()
    {
        using var snapshot = Engine.AcquireSnapshot(ProxyId)!;
        return Session.HoldsWhatItWasGiven(SnapshotManifest.Of(snapshot, Engine.Types));
    }

    [Fact]
    public void Recognition_AllAndNothingElse_IsWhatItWasGiven()
    {
        Assert.False(IsRecognised());
        Send(Request(XdsTypes.Cluster, held: Held(XdsTypes.Cluster, "a", "b")));
        Assert.True(IsRecognised());
        Send(Request(XdsTypes.Endpoint, sub: ["a", "b"], held: Held(XdsTypes.Endpoint, "b", "a")));
        Assert.True(IsRecognised());
        Assert.Empty(Read());
    }

    [Fact]
    public void Recognition_LessOrMoreOrOther_IsNot()
    {
        var held = Held(XdsTypes.Cluster, "a", "b");
        Send(Request(XdsTypes.Cluster, held: Held(XdsTypes.Cluster, "a")));
        Assert.False(IsRecognised());
        Reopen();
        Send(Request(XdsTypes.Cluster, held: new(held) { ["c"] = "1" }));
        Assert.False(IsRecognised());
        Reopen();
        Send(Request(XdsTypes.Cluster, held: new(held) { ["b"] = held["a"] + "x" }));
        Assert.False(IsRecognised());
        Reopen();
        Send(Request(XdsTypes.Cluster));
        Assert.False(IsRecognised());
        Read();
    }

    [Fact]
    public void Recognition_NameAskedForAndNotHeld_IsOwedAnAnswer()
    {
        Send(Request(XdsTypes.Endpoint, sub: ["a", "b", "new"], held: Held(XdsTypes.Endpoint, "a", "b")));
        Assert.False(IsRecognised());
        Read();
    }

    [Fact]
    public void Recognition_Recognised_StillSendsWhatChanged()
    {
        using var given = Engine.AcquireSnapshot(ProxyId)!;
        var manifest = SnapshotManifest.Of(given, Engine.Types);
        var held = Held(XdsTypes.Cluster, "a", "b");
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Send(Request(XdsTypes.Cluster, held: held));
        Assert.True(Session.HoldsWhatItWasGiven(manifest));
        Assert.Equal("cds +a", Show(ReadOne()));
    }
}
