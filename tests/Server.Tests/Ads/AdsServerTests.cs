using EnvoyApi.Service.Discovery.V3;
using EnvoyApi.Service.Health.V3;
using Grpc.Core;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Testing.FakeEnvoy;

namespace Mesh.Server.Tests.Ads;

public abstract class AdsServerTests(AdsTransport transport)
{
    private const string Id = "default.backend-1";
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(100);

    private static string Cds => XdsTypes.Cluster.Url;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delta_Push_ArrivesAndIsAccepted(bool tls)
    {
        await using var server = await AdsServer.StartAsync(transport, tls: tls);
        using var envoy = FakeEnvoy.Connect(server.Address, Id, "token");
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var connection = await server.ConnectionAsync();
        Assert.Equal("token", server.LastCredentials?.Token);
        Assert.Equal((System.Net.IPAddress.Loopback, tls), (server.LastCredentials?.Peer?.Address, server.LastCredentials?.IsEncrypted));
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        Assert.Equal("a", Assert.Single((await stream.AcceptAsync()).Resources).Name);
        server.Publish(Id, (XdsTypes.Cluster, "a", "2"), (XdsTypes.Cluster, "b", "2"));
        Assert.Equal(2, (await stream.AcceptAsync()).Resources.Count);
        await AdsServer.UntilAsync(() => connection.AcceptedCount == 2);
        Assert.Equal(2, Assert.Single(server.Streams.OfNode(Id)).Status()[0].Sent);
        await stream.ExpectSilenceAsync(_moment);
    }

    [Fact]
    public async Task State_Push_ArrivesAndIsAccepted()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenState();
        await stream.SubscribeAsync(Cds);
        var first = await stream.ReadAsync();
        Assert.Equal("1", Assert.Single(first.Resources).Value.ToStringUtf8());
        await stream.AckAsync(first);
        server.Publish(Id, (XdsTypes.Cluster, "a", "2"));
        var second = await stream.ReadAsync();
        Assert.NotEqual(first.VersionInfo, second.VersionInfo);
    }

    [Fact]
    public async Task Delta_TwoStreamsAndBothProtocols_AreServed()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var one = envoy.OpenDelta();
        using var two = envoy.OpenDelta();
        using var three = envoy.OpenState();
        await one.SubscribeAsync(Cds);
        await two.SubscribeAsync(Cds);
        await three.SubscribeAsync(Cds);
        await one.AcceptAsync();
        await two.AcceptAsync();
        await three.ReadAsync();
        one.Dispose();
        server.Publish(Id, (XdsTypes.Cluster, "a", "2"));
        await two.AcceptAsync();
    }

    [Theory]
    [InlineData("wrong", Id, StatusCode.Unauthenticated)]
    [InlineData("right", "default.forbidden", StatusCode.PermissionDenied)]
    [InlineData("right", "", StatusCode.InvalidArgument)]
    public async Task Delta_Refused_EndsWithItsStatus(string token, string nodeId, StatusCode status)
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, nodeId, token);
        using var stream = envoy.OpenDelta();
        var end = stream.EndAsync();
        try
        {
            await stream.SubscribeAsync(Cds);
        }
        catch (RpcException)
        {
            // Refused before it could send.
        }

        Assert.Equal(status, (await end).StatusCode);
        Assert.Empty(server.Connections);
        await AdsServer.UntilAsync(() => server.Streams.Count == 0);
    }

    [Theory]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService", "FetchAggregatedResources")]
    [InlineData("envoy.service.cluster.v3.ClusterDiscoveryService", "DeltaClusters")]
    [InlineData("envoy.service.health.v3.HealthDiscoveryService", "FetchHealthCheck")]
    public async Task Call_MethodNotOffered_IsUnimplemented(string service, string method)
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenOther(service, method);
        Assert.Equal(StatusCode.Unimplemented, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Delta_HugeFirstRequest_IsAccepted()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        var request = new DeltaDiscoveryRequest { TypeUrl = Cds };
        for (var i = 0; i < 60_000; i++)
        {
            request.InitialResourceVersions.Add($"a-cluster-with-a-rather-long-name-that-the-client-still-has-{i}", new string('v', 40));
        }

        await stream.SendAsync(request);
        var removed = 0;
        while (removed < 60_000)
        {
            var response = await stream.AcceptAsync();
            removed += response.RemovedResources.Count;
        }

        Assert.Equal(60_000, removed);
    }

    [Fact]
    public async Task Delta_RequestOverTheLimit_IsResourceExhausted()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { MaxRequestSize = 1000 });
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds, new string('x', 2000));
        Assert.Equal(StatusCode.ResourceExhausted, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Delta_LargePush_ArrivesInParts()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, [.. Enumerable.Range(0, 100).Select(i => (XdsTypes.Cluster, $"c{i}", new string('x', 100_000)))]);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var names = new HashSet<string>();
        while (names.Count < 100)
        {
            var response = await stream.AcceptAsync();
            Assert.InRange(response.CalculateSize(), 1, 3_200_000);
            Assert.All(response.Resources, r => Assert.True(names.Add(r.Name)));
        }
    }

    [Fact]
    public async Task Delta_HalfClose_EndsOk()
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var connection = await server.ConnectionAsync();
        await stream.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
        await AdsServer.UntilAsync(() => connection.End == StreamEnd.Peer && server.Streams.Count == 0);
        Assert.Equal(0, server.Engine.Counts.Proxies);
    }

    [Fact]
    public async Task Delta_ClosedBeforeAnyMessage_IsCleanedUp()
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
        Assert.Empty(server.Connections);
        await AdsServer.UntilAsync(() => server.Streams.Count == 0);
    }

    [Fact]
    public async Task Delta_NoFirstMessage_EndsDeadlineExceeded()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { FirstMessageTimeout = TimeSpan.FromMilliseconds(50) });
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        Assert.Equal(StatusCode.DeadlineExceeded, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Health_NoFirstMessage_EndsDeadlineExceeded()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { FirstMessageTimeout = TimeSpan.FromMilliseconds(50) });
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenHealth();
        Assert.Equal(StatusCode.DeadlineExceeded, (await stream.EndAsync().WaitAsync(TimeSpan.FromSeconds(60))).StatusCode);
    }

    [Fact]
    public async Task Delta_StreamReset_IsTheEndByThePeer()
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var connection = await server.ConnectionAsync();
        stream.Dispose();
        await AdsServer.UntilAsync(() => connection.End == StreamEnd.Peer);
    }

    [Fact]
    public async Task Delta_FaultWhileAnAnswerIsTaken_EndsInternalAndIsNotTheEndByThePeer()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var connection = await server.ConnectionAsync();
        connection.Fault = new InvalidOperationException("of the test");
        await stream.AcceptAsync();
        Assert.Equal(StatusCode.Internal, (await stream.EndAsync()).StatusCode);
        await AdsServer.UntilAsync(() => connection.End == StreamEnd.Refused);
    }

    [Fact]
    public async Task Delta_ProcessGone_IsTheEndByThePeer()
    {
        await using var server = await AdsServer.StartAsync(transport);
        var envoy = FakeEnvoy.Connect(server.Address, Id);
        var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var connection = await server.ConnectionAsync();
        envoy.Dispose();
        await AdsServer.UntilAsync(() => connection.End == StreamEnd.Peer);
    }

    [Fact]
    public async Task Delta_ServerStops_StreamEndsByTheServer()
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        var connection = await server.ConnectionAsync();
        var stop = server.StopAsync();
        var status = await stream.EndAsync();
        if (transport == AdsTransport.Sockets)
        {
            // Kestrel closes the connection behind the last stream so that this client may lose what it has not read.
            Assert.Equal(StatusCode.OK, status.StatusCode);
        }

        await stop.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(StreamEnd.Server, connection.End);
    }

    [Fact]
    public async Task Delta_CredentialExpires_EndsUnauthenticated()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { ExpiryWindow = TimeSpan.Zero });
        server.Expiry = DateTimeOffset.UtcNow.AddMilliseconds(100);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        Assert.Equal(StatusCode.Unauthenticated, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Delta_TooManyStreams_IsResourceExhausted()
    {
        await using var server = await AdsServer.StartAsync(transport, new AdsHostOptions { MaxStreams = 1 });
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var one = envoy.OpenDelta();
        await one.SubscribeAsync(Cds);
        await server.ConnectionAsync();
        using var two = envoy.OpenDelta();
        Assert.Equal(StatusCode.ResourceExhausted, (await two.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Delta_Rejection_IsReported()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(Cds);
        await stream.NackAsync(await stream.ReadAsync(), "Error adding/updating cluster(s) a: bad");
        var connection = await server.ConnectionAsync();
        await AdsServer.UntilAsync(() => !connection.Rejections.IsEmpty);
        Assert.Equal(["a"], connection.Rejections.First().Names);
        await stream.ExpectSilenceAsync(_moment);
    }

    [Fact]
    public async Task Delta_ManyConnectsAndRefusals_LeaveNothing()
    {
        await using var server = await AdsServer.StartAsync(transport);
        server.Publish(Id, (XdsTypes.Cluster, "a", "1"));
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        for (var i = 0; i < 200; i++)
        {
            using var stream = envoy.OpenDelta();
            await stream.SubscribeAsync(i % 2 == 0 ? Cds : "");
            if (i % 2 == 0)
            {
                await stream.AcceptAsync();
            }
            else
            {
                Assert.Equal(StatusCode.InvalidArgument, (await stream.EndAsync()).StatusCode);
            }
        }

        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.Connections.All(c => c.End is not null));
        server.Engine.Withdraw(Id);
        Assert.Equal(new Mesh.Engine.EngineCounts(0, 0, 0, 0, 0, 0), server.Engine.Counts);
    }

    [Fact]
    public async Task Health_Stream_SpecifierGoesOutAndFindingsComeIn()
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenHealth();
        await stream.SendRawAsync(new HealthCheckRequestOrEndpointHealthResponse { HealthCheckRequest = new HealthCheckRequest { Node = envoy.Node } });
        server.Specifiers.Writer.TryWrite(new HealthCheckSpecifier());
        Assert.Empty((await stream.ReadAsync()).ClusterHealthChecks);
        server.Specifiers.Writer.TryWrite(new HealthCheckSpecifier { ClusterHealthChecks = { new ClusterHealthCheck { ClusterName = "localhost:80" } } });
        Assert.Equal("localhost:80", Assert.Single((await stream.ReadAsync()).ClusterHealthChecks).ClusterName);
        var finding = new EndpointHealthResponse { ClusterEndpointsHealth = { new ClusterEndpointsHealth { ClusterName = "localhost:80" } } };
        await stream.SendRawAsync(new HealthCheckRequestOrEndpointHealthResponse { EndpointHealthResponse = finding });
        Assert.Equal(finding, await server.Reports.Reader.ReadAsync());
        await stream.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Health_FirstMessageWithoutNode_EndsInvalidArgument()
    {
        await using var server = await AdsServer.StartAsync(transport);
        using var envoy = FakeEnvoy.Connect(server.Address, Id);
        using var stream = envoy.OpenHealth();
        await stream.SendRawAsync(new HealthCheckRequestOrEndpointHealthResponse { EndpointHealthResponse = new EndpointHealthResponse() });
        Assert.Equal(StatusCode.InvalidArgument, (await stream.EndAsync()).StatusCode);
    }
}

public sealed class AdsServerTestsOnKestrel() : AdsServerTests(AdsTransport.Kestrel);

public sealed class AdsServerTestsOnSockets() : AdsServerTests(AdsTransport.Sockets);
