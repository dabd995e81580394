using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Health.V3;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Ingest;
using Mesh.Zone.Insights;
using Mesh.Zone.Lifecycle;
using Mesh.Zone.Probes;
using Mesh.Zone.Tests.Control;

namespace Mesh.Zone.Tests.Probes;

public class ProbeTests
{
    private static readonly ProxyKey _proxy = new("default", "a-1");

    [Fact]
    public async Task Connect_NothingToProbe_IsToldSoAtOnceAndOfEachChange()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var stream = world.Controllers.ConnectProbes(_proxy, 9901);
        await using var specifiers = stream.SpecifiersAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        Assert.Empty((await NextAsync(specifiers)).ClusterHealthChecks);
        await RegisterAsync(world, "{port: 80, servicePort: 8080, serviceAddress: 127.0.0.1, serviceProbe: {interval: 2s, unhealthyThreshold: 3, tcp: {}}}, {port: 81}");
        var specifier = await NextAsync(specifiers);
        Assert.Equal(["localhost:8080", "system_envoy_admin"], specifier.ClusterHealthChecks.Select(check => check.ClusterName));
        var check = specifier.ClusterHealthChecks[0].HealthChecks[0];
        Assert.Equal((2, 2, 3U, 1U), (check.Interval.Seconds, check.Timeout.Seconds, check.UnhealthyThreshold, check.HealthyThreshold));
        Assert.Equal((5L, "127.0.0.1", 8080U), (
            specifier.Interval.Seconds,
            specifier.ClusterHealthChecks[0].LocalityEndpoints[0].Endpoints[0].Address.SocketAddress.Address,
            specifier.ClusterHealthChecks[0].LocalityEndpoints[0].Endpoints[0].Address.SocketAddress.PortValue));
    }

    [Fact]
    public async Task Report_ApplicationUpThenDown_InboundFollows()
    {
        await using var world = await ZoneWorld.StartAsync();
        await RegisterAsync(world, "{port: 80, serviceProbe: {tcp: {}}}, {port: 81}");
        await using var stream = world.Controllers.ConnectProbes(_proxy, 0);
        stream.Report(Found(("localhost:80", HealthStatus.Healthy), ("unasked", HealthStatus.Healthy)));
        await world.FindAsync(DataplaneKind.Name, "a-1", dataplane => IsReady(dataplane, 0));
        stream.Report(Found(("localhost:80", HealthStatus.Unknown)));
        await world.SettleAsync();
        var version = (await world.Store.GetAsync(new ResourceKey(DataplaneKind.Name, "default", "a-1")))!.Version;
        stream.Report(Found(("localhost:80", HealthStatus.Healthy)));
        await world.SettleAsync();
        Assert.Equal(version, (await world.Store.GetAsync(new ResourceKey(DataplaneKind.Name, "default", "a-1")))!.Version);
        stream.Report(Found(("localhost:80", HealthStatus.Timeout)));
        var down = await world.FindAsync(DataplaneKind.Name, "a-1", dataplane => !IsReady(dataplane, 0));
        Assert.True(IsReady(down, 1));
    }

    [Fact]
    public async Task Report_EnvoyNotReady_ItsProbedInboundsAreNotEither()
    {
        await using var world = await ZoneWorld.StartAsync();
        await RegisterAsync(world, "{port: 80, serviceProbe: {tcp: {}}}");
        await using var stream = world.Controllers.ConnectProbes(_proxy, 9901);
        stream.Report(Found(("localhost:80", HealthStatus.Healthy), ("system_envoy_admin", HealthStatus.Healthy)));
        await world.FindAsync(DataplaneKind.Name, "a-1", dataplane => IsReady(dataplane, 0));
        stream.Report(Found(("system_envoy_admin", HealthStatus.Unhealthy)));
        await world.FindAsync(DataplaneKind.Name, "a-1", dataplane => !IsReady(dataplane, 0));
    }

    [Fact]
    public void Plan_AddressThatIsNoIp_IsLeftOut()
    {
        var inbound = new DataplaneInbound { Port = 80, ServiceProbe = new ServiceProbe() };
        var dataplane = new DataplaneSpec { Networking = new DataplaneNetworking { Address = "a.example", Inbound = [inbound] } };
        Assert.Empty(ProbePlan.For(dataplane, 9901, TimeSpan.FromSeconds(1)).ClusterHealthChecks);
    }

    private static async Task<HealthCheckSpecifier> NextAsync(IAsyncEnumerator<HealthCheckSpecifier> specifiers)
    {
        Assert.True(await specifiers.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        return specifiers.Current;
    }

    private static async Task RegisterAsync(ZoneWorld world, string inbounds)
    {
        var parsed = Model.Text.ResourceYaml.ParseAll($"type: Dataplane\nmesh: default\nname: a-1\nnetworking: {{address: 127.0.0.3, inbound: [{inbounds}]}}", ZoneWorld.Catalog);
        await new DataplaneRegistration(world.Store, world.Options).RegisterAsync(parsed[0].Resource!);
    }

    private static bool IsReady(Resource dataplane, int inbound) => ProxyStates.IsReady(dataplane.SpecAs<DataplaneSpec>().Networking!.Inbound![inbound]);

    private static EndpointHealthResponse Found(params (string Cluster, HealthStatus Status)[] found)
    {
        var response = new EndpointHealthResponse();
        foreach (var (cluster, status) in found)
        {
            var locality = new LocalityEndpointsHealth { EndpointsHealth = { new EndpointHealth { HealthStatus = status } } };
            response.ClusterEndpointsHealth.Add(new ClusterEndpointsHealth { ClusterName = cluster, LocalityEndpointsHealth = { locality } });
        }

        return response;
    }
}
