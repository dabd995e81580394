using Mesh.Load.Envoys;
using Mesh.Load.Responses;

namespace Mesh.Load.Tests.Envoys;

public sealed class EnvoyStateTests
{
    private readonly EnvoyFixture _envoy = new();

    [Fact]
    public void Cluster_WithDiscoveredEndpoints_AsksForItsAssignmentAndWarms()
    {
        Assert.True(_envoy.Give(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c")));
        Assert.Equal(["c"], _envoy.Added(XdsKind.Endpoint));
        Assert.True(_envoy.State.IsWarming);
        _envoy.Give(XdsKind.Endpoint, "c", EnvoyFixture.Assignment("c"));
        Assert.False(_envoy.State.IsWarming);
    }

    [Fact]
    public void Listener_WithRouteDiscovery_AsksForItsRoutes()
    {
        _envoy.Give(XdsKind.Listener, "l", EnvoyFixture.Listener("l", "r"));
        Assert.Equal(["r"], _envoy.Added(XdsKind.Route));
    }

    [Fact]
    public void State_WithEverythingAnswered_IsSynced()
    {
        Assert.False(_envoy.State.IsSynced);
        _envoy.WithEverything();
        Assert.True(_envoy.State.IsSynced);
        AssertViolations();
    }

    [Fact]
    public void Resource_SentAgainUnchanged_IsCounted()
    {
        _envoy.WithEverything();
        Assert.False(_envoy.Give(XdsKind.Listener, "l", EnvoyFixture.Listener("l", "r")));
        AssertViolations(ViolationKind.ResentUnchanged);
    }

    [Fact]
    public void Routes_AfterTheirListenerChanged_MayComeAgainOnce()
    {
        _envoy.WithEverything();
        _envoy.Give(XdsKind.Listener, "l", EnvoyFixture.Listener("l", "r"), "2");
        _envoy.Give(XdsKind.Route, "r", EnvoyFixture.Routes("r", "c"));
        AssertViolations();
        _envoy.Give(XdsKind.Route, "r", EnvoyFixture.Routes("r", "c"));
        AssertViolations(ViolationKind.ResentUnchanged);
    }

    [Fact]
    public void Assignment_AfterItsClusterChanged_MustComeAgain()
    {
        _envoy.WithEverything();
        _envoy.Give(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c", 1), "2");
        Assert.True(_envoy.State.IsWarming);
        _envoy.Give(XdsKind.Endpoint, "c", EnvoyFixture.Assignment("c"));
        _envoy.State.CheckDue();
        Assert.False(_envoy.State.IsWarming);
        AssertViolations();
    }

    [Fact]
    public void Assignment_NotSentAfterItsClusterChanged_IsCounted()
    {
        _envoy.WithEverything();
        _envoy.Give(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c", 1), "2");
        _envoy.State.CheckDue();
        AssertViolations(ViolationKind.AssignmentNotSentAgain);
    }

    [Fact]
    public void Assignment_OwedWhenAStreamEnds_IsNotOwedOnTheNext()
    {
        _envoy.WithEverything();
        _envoy.Give(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c", 1), "2");
        _envoy.Give(XdsKind.Cluster, "d", EnvoyFixture.Cluster("d"));
        _envoy.State.BeginStream();
        Assert.Equal(1, _envoy.State.Unresolved);
        _envoy.State.CheckDue();
        _envoy.Give(XdsKind.Endpoint, "c", EnvoyFixture.Assignment("c"));
        AssertViolations();
    }

    [Fact]
    public void Routes_ToAClusterThatNeverCame_AreCounted()
    {
        _envoy.WithEverything();
        _envoy.Give(XdsKind.Route, "r", EnvoyFixture.Routes("r", "unheard-of"), "2");
        AssertViolations(ViolationKind.DanglingReference);
        Assert.Contains("r to unheard-of", Assert.Single(_envoy.Violations.Examples), StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_RemovedWhileRoutesUseIt_IsCounted()
    {
        _envoy.WithEverything();
        _envoy.Remove(XdsKind.Cluster, "c");
        AssertViolations(ViolationKind.RemovedInUse);
    }

    [Fact]
    public void Cluster_RemovedAfterItsRoutes_IsFineAndEndsItsAssignment()
    {
        _envoy.WithEverything();
        _envoy.Remove(XdsKind.Listener, "l");
        Assert.Equal(["r"], _envoy.Removed(XdsKind.Route));
        _envoy.Remove(XdsKind.Cluster, "c");
        Assert.Equal(["c"], _envoy.Removed(XdsKind.Endpoint));
        AssertViolations();
    }

    [Fact]
    public void Assignment_RemovedWhileItsClusterIsThere_IsCounted()
    {
        _envoy.WithEverything();
        _envoy.Remove(XdsKind.Endpoint, "c");
        AssertViolations(ViolationKind.RemovedInUse);
    }

    [Fact]
    public void Assignment_SaidNotToExist_EndsWarming()
    {
        _envoy.Give(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c"));
        _envoy.Remove(XdsKind.Endpoint, "c");
        Assert.False(_envoy.State.IsWarming);
        AssertViolations();
    }

    [Fact]
    public void Resource_NotAskedFor_IsCountedAndNotTaken()
    {
        _envoy.WithEverything();
        Assert.False(_envoy.Give(XdsKind.Endpoint, "other", EnvoyFixture.Assignment("other")));
        AssertViolations(ViolationKind.NotAskedFor);
    }

    [Fact]
    public void Assignment_WithAStamp_TellsWhenItWasDecided()
    {
        _envoy.Give(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c"));
        var number = _envoy.Facts.AddDelta(
            EnvoyFixture.Resource(XdsKind.Endpoint, "c", EnvoyFixture.Assignment("c", "mark-1234"), "1"));
        Assert.Equal(1234, _envoy.Facts[number].Stamp);
    }

    [Fact]
    public void Forget_Always_StartsAnew()
    {
        _envoy.WithEverything().State.Forget();
        Assert.False(_envoy.State.IsSynced);
        Assert.Null(_envoy.State.Find(XdsKind.Cluster));
    }

    private void AssertViolations(params ViolationKind[] kinds)
    {
        foreach (var kind in Enum.GetValues<ViolationKind>())
        {
            Assert.Equal((kind, kinds.Count(k => k == kind)), (kind, (int)_envoy.Violations[kind]));
        }
    }
}
