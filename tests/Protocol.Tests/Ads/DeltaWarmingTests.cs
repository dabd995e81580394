using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Part E: warming, parents and children.</summary>
public sealed class DeltaWarmingTests : DeltaFixture
{
    public DeltaWarmingTests()
    {
        foreach (var name in new[] { "a", "b" })
        {
            Set(XdsTypes.Cluster, name, "1");
            Set(XdsTypes.Endpoint, name, "1");
        }

        Set(XdsTypes.Listener, "l", "1");
        Publish();
    }

    private void Start()
    {
        Subscribe(XdsTypes.Cluster);
        Drain();
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Drain();
        Subscribe(XdsTypes.Listener);
        Drain();
    }

    [Fact]
    public void Delta_ClusterChanges_ItsAssignmentFollows()
    {
        Start();
        Set(XdsTypes.Cluster, "a", "2");
        Set(XdsTypes.Endpoint, "a", "1");
        Publish();
        Assert.Equal(["cds +a", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_ClusterChangesUnderUnchangedAssignmentVersion_ItsAssignmentFollows()
    {
        Start();
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal(["cds +a", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_ClusterChangesWithoutAssignment_EmptyOneFollows()
    {
        Drop(XdsTypes.Endpoint, "a");
        Publish();
        Start();
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal(["cds +a", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_OnlyAssignmentChanges_ClusterIsNotSent()
    {
        Start();
        Set(XdsTypes.Endpoint, "a", "22");
        Publish();
        Assert.Equal(["eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_ListenerChanges_RouteIsNotSentAgain()
    {
        Set(XdsTypes.Route, "r", "1");
        Publish();
        Start();
        Subscribe(XdsTypes.Route, "r");
        Drain();
        Set(XdsTypes.Listener, "l", "2");
        Publish();
        Assert.Equal(["lds +l"], ShowAll());
    }

    [Fact]
    public void Delta_ClustersUnanswered_AssignmentsAndMoreClustersGoOn()
    {
        Subscribe(XdsTypes.Cluster);
        ReadOne();
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Assert.Equal("eds +a +b", Show(ReadOne()));
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal(["cds +a", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_NewClusterUnanswered_ListenersWaitBounded()
    {
        Start();
        Set(XdsTypes.Cluster, "c", "1");
        Set(XdsTypes.Endpoint, "c", "1");
        Set(XdsTypes.Listener, "l", "2");
        Publish();
        Assert.Equal(["cds +c"], ShowAll());
        Subscribe(XdsTypes.Endpoint, "c");
        Assert.Equal(["eds +c"], ShowAll());
        Assert.Equal(Now + Options.WarmingBarrier, Session.NextDeadline);
        Now += Options.WarmingBarrier;
        Assert.Equal(["lds +l"], ShowAll());
    }

    [Fact]
    public void Delta_NewClusterAnswered_ListenersGoAtOnce()
    {
        Start();
        Set(XdsTypes.Cluster, "c", "1");
        Set(XdsTypes.Listener, "l", "2");
        Publish();
        var clusters = ReadOne();
        Ack(clusters);
        Assert.Equal(["lds +l"], ShowAll());
    }

    [Fact]
    public void Delta_ListenerWaitsForClusters_NamedRequestIsAnswered()
    {
        Set(XdsTypes.Route, "r", "1");
        Publish();
        Start();
        Subscribe(XdsTypes.Route, "r");
        Drain();
        Set(XdsTypes.Cluster, "c", "1");
        Set(XdsTypes.Route, "r", "2");
        Set(XdsTypes.Route, "s", "2");
        Publish();
        Assert.Equal(["cds +c"], ShowAll());
        Subscribe(XdsTypes.Route, "s");
        Assert.Equal(["rds +s"], ShowAll());
        Now += Options.WarmingBarrier;
        Assert.Equal(["rds +r"], ShowAll());
    }

    [Fact]
    public void Delta_ReconnectWhileWarming_EndpointsAreAnsweredWithoutClusters()
    {
        Drop(XdsTypes.Cluster, "b");
        Drop(XdsTypes.Endpoint, "b");
        Publish();
        Send(Request(XdsTypes.Endpoint, sub: ["a", "b"], held: new() { ["a"] = "old", ["b"] = "old" }));
        Assert.Equal("eds +a -b", Show(ReadOne()));
    }

    [Fact]
    public void Delta_ClustersAfterEndpointsOnReconnect_AssignmentsOfSentClustersFollow()
    {
        Subscribe(XdsTypes.Endpoint, "a", "b");
        Drain();
        Send(Request(XdsTypes.Cluster, held: new() { ["a"] = VersionOf(XdsTypes.Cluster, "a"), ["b"] = "old" }));
        Assert.Equal(["cds +b", "eds +b"], ShowAll());
    }

    [Fact]
    public void Delta_EndpointsOfClusterWithoutAssignment_AreEmptyUntilItComes()
    {
        Drop(XdsTypes.Endpoint, "a");
        Publish();
        Subscribe(XdsTypes.Endpoint, "a");
        var empty = ReadOne();
        var assignment = EnvoyApi.Config.Endpoint.V3.ClusterLoadAssignment.Parser.ParseFrom(empty.Resources[0].Resource_.Value);
        Assert.Equal("a", assignment.ClusterName);
        Assert.Empty(assignment.Endpoints);
        Assert.Empty(Read());
        Set(XdsTypes.Endpoint, "a", "1");
        Publish();
        Assert.Equal("eds +a", Show(ReadOne()));
    }

    [Fact]
    public void Delta_EmptyAssignmentHeldOnReconnect_IsTrusted()
    {
        Drop(XdsTypes.Endpoint, "a");
        Publish();
        Subscribe(XdsTypes.Endpoint, "a");
        var version = ReadOne().Resources[0].Version;
        Reopen();
        Send(Request(XdsTypes.Endpoint, sub: ["a"], held: new() { ["a"] = version }));
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ClusterGoneAndBackUnchanged_NothingIsSent()
    {
        Start();
        Drop(XdsTypes.Cluster, "a");
        Drop(XdsTypes.Endpoint, "a");
        Publish();
        Set(XdsTypes.Cluster, "a", "1");
        Set(XdsTypes.Endpoint, "a", "1");
        Publish();
        Assert.Empty(Read());
    }

    [Fact]
    public void Delta_ClusterGoneAndBackChanged_ClusterAndAssignmentAreSent()
    {
        Start();
        Drop(XdsTypes.Cluster, "a");
        Publish();
        Set(XdsTypes.Cluster, "a", "2");
        Publish();
        Assert.Equal(["cds +a", "eds +a"], ShowAll());
    }

    [Fact]
    public void Delta_SecretReferenceChanges_SecretFollows()
    {
        SetReference("1s");
        Set(XdsTypes.Secret, "identity", "key");
        Publish();
        Start();
        Subscribe(XdsTypes.Secret, "identity");
        Drain();
        SetReference("2s");
        Publish();
        Assert.Equal(["lds +ref", "sds +identity"], ShowAll());
    }

    [Fact]
    public void Delta_ParentChangesWithSameReference_SecretStays()
    {
        SetReference("1s");
        Set(XdsTypes.Secret, "identity", "key");
        Publish();
        Start();
        Subscribe(XdsTypes.Secret, "identity");
        Drain();
        SetReference("1s", padding: "more");
        SetReference("1s", padding: "other parent", name: "another");
        Publish();
        Assert.Equal(["lds +another +ref"], ShowAll());
    }

    [Fact]
    public void Delta_RouteReferenceChanges_RouteFollows()
    {
        SetRouteReference("1s");
        Set(XdsTypes.Route, "routes", "r");
        Publish();
        Start();
        Subscribe(XdsTypes.Route, "routes");
        Drain();
        SetRouteReference("2s");
        Publish();
        Assert.Equal(["lds +rds-ref", "rds +routes"], ShowAll());
    }

    private static ConfigSource Source(string timeout) => new()
    {
        Ads = new AggregatedConfigSource(),
        ResourceApiVersion = ApiVersion.V3,
        InitialFetchTimeout = new Google.Protobuf.WellKnownTypes.Duration { Seconds = timeout[0] - '0' },
    };

    private void SetReference(string timeout, string padding = "", string name = "ref")
    {
        var secret = new SdsSecretConfig { Name = "identity", SdsConfig = Source(timeout) };
        Set(XdsTypes.Listener, name, padding + System.Text.Encoding.Latin1.GetString(secret.ToByteArray()));
    }

    private void SetRouteReference(string timeout)
    {
        var routes = new EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3.Rds { ConfigSource = Source(timeout), RouteConfigName = "routes" };
        Set(XdsTypes.Listener, "rds-ref", System.Text.Encoding.Latin1.GetString(routes.ToByteArray()));
    }
}
