using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Responses;
using Mesh.Load.Tests.Envoys;

namespace Mesh.Load.Tests.Responses;

public sealed class FactReaderTests
{
    private readonly NameTable _names = new();

    [Theory]
    [InlineData("", "c")]
    [InlineData("service", "service")]
    public void Cluster_OfDiscoveredEndpoints_NeedsTheAssignmentOfItsServiceOrItsName(string service, string expected)
    {
        var cluster = new Cluster
        {
            Name = "c",
            Type = Cluster.Types.DiscoveryType.Eds,
            EdsClusterConfig = new Cluster.Types.EdsClusterConfig { ServiceName = service },
        };
        Assert.Equal(expected, _names.Text(Read(XdsKind.Cluster, cluster).Assignment));
        cluster.EdsClusterConfig = null;
        Assert.Equal("c", _names.Text(Read(XdsKind.Cluster, cluster).Assignment));
    }

    [Fact]
    public void Cluster_OfAnotherDiscovery_NeedsNoAssignment()
    {
        var fact = Read(XdsKind.Cluster, new Cluster { Name = "c", Type = Cluster.Types.DiscoveryType.StrictDns });
        Assert.Equal(("c", 0), (_names.Text(fact.Name), fact.Assignment));
    }

    [Fact]
    public void Cluster_WithTls_NeedsTheSecretsOfItsSocketsThatHaveASource()
    {
        var tls = new CommonTlsContext
        {
            TlsCertificateSdsSecretConfigs = { Secret("identity", hasSource: true), Secret("bootstrap", hasSource: false) },
            CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext { ValidationContextSdsSecretConfig = Secret("ca", hasSource: true) },
        };
        var match = new CommonTlsContext { ValidationContextSdsSecretConfig = Secret("other", hasSource: true) };
        var cluster = new Cluster
        {
            Name = "c",
            TransportSocket = Socket(new UpstreamTlsContext { CommonTlsContext = tls }),
            TransportSocketMatches =
            {
                new Cluster.Types.TransportSocketMatch { Name = "m", TransportSocket = Socket(new UpstreamTlsContext { CommonTlsContext = match }) },
                new Cluster.Types.TransportSocketMatch { TransportSocket = Socket(new UpstreamTlsContext { CommonTlsContext = tls }) },
                new Cluster.Types.TransportSocketMatch { TransportSocket = Socket(new DownstreamTlsContext { CommonTlsContext = new CommonTlsContext() }) },
            },
        };
        AssertNames(["ca", "identity", "other"], Read(XdsKind.Cluster, cluster).Secrets);
    }

    [Fact]
    public void Listener_WithChains_NeedsRoutesSecretsAndClustersOfAll()
    {
        var weighted = new TcpProxy.Types.WeightedCluster { Clusters = { new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = "w", Weight = 1 } } };
        var inline = new RouteConfiguration { VirtualHosts = { new VirtualHost { Routes = { To(new RouteAction { Cluster = "inline" }) } } } };
        var tls = new CommonTlsContext { TlsCertificateSdsSecretConfigs = { Secret("identity", hasSource: true) } };
        var listener = new Listener
        {
            Name = "l",
            FilterChains =
            {
                Chain(new HttpConnectionManager { Rds = new Rds { RouteConfigName = "r" } }, new TcpProxy { Cluster = "t" }),
                Chain(new HttpConnectionManager { RouteConfig = inline }, new StringValue { Value = "of no matter" }),
            },
            DefaultFilterChain = Chain(new TcpProxy { WeightedClusters = weighted }),
        };
        listener.FilterChains[0].TransportSocket = Socket(new DownstreamTlsContext { CommonTlsContext = tls });
        var fact = Read(XdsKind.Listener, listener);
        Assert.Equal("l", _names.Text(fact.Name));
        AssertNames(["r"], fact.Routes);
        AssertNames(["identity"], fact.Secrets);
        AssertNames(["inline", "t", "w"], fact.Clusters);
    }

    [Fact]
    public void Routes_OfAnyAction_SendToItsClusters()
    {
        var weighted = new WeightedCluster { Clusters = { new WeightedCluster.Types.ClusterWeight { Name = "w1" }, new WeightedCluster.Types.ClusterWeight { Name = "w2" } } };
        var mirror = new RouteAction.Types.RequestMirrorPolicy { Cluster = "mirror" };
        var routes = new RouteConfiguration
        {
            Name = "r",
            VirtualHosts =
            {
                new VirtualHost { Name = "h", Domains = { "*" }, Routes = { To(new RouteAction { Cluster = "c", RequestMirrorPolicies = { mirror } }), To(new RouteAction { Cluster = "c" }) } },
                new VirtualHost { Routes = { To(new RouteAction { WeightedClusters = weighted }), new Route { DirectResponse = new DirectResponseAction { Status = 404 } } } },
            },
        };
        var fact = Read(XdsKind.Route, routes);
        Assert.Equal("r", _names.Text(fact.Name));
        AssertNames(["c", "mirror", "w1", "w2"], fact.Clusters);
    }

    [Fact]
    public void Secret_Always_HasItsName() =>
        Assert.Equal("s", _names.Text(Read(XdsKind.Secret, new EnvoyApi.Extensions.TransportSockets.Tls.V3.Secret { Name = "s" }).Name));

    [Theory]
    [InlineData("mark-1234", 1234)]
    [InlineData("mark-12x4", 0)]
    [InlineData("mark-", 0)]
    [InlineData("1234", 0)]
    public void Assignment_WithAMarkOnItsFirstEndpoint_IsStamped(string mark, long expected) =>
        Assert.Equal(expected, FactReader.Read(XdsKind.Endpoint, _names, EnvoyFixture.Assignment("a", mark))!.Stamp);

    [Fact]
    public void Resource_CutOff_IsNone()
    {
        var cluster = EnvoyFixture.Cluster("cluster");
        Assert.NotNull(FactReader.Read(XdsKind.Cluster, _names, cluster));
        Assert.Null(FactReader.Read(XdsKind.Cluster, _names, cluster.AsSpan(..^1)));
        Assert.Null(FactReader.Read(XdsKind.Listener, _names, [.. EnvoyFixture.Listener("l", "r"), 0x1A, 2, 0x1A, 9]));
    }

    private Fact Read(XdsKind kind, IMessage message) => Assert.IsType<Fact>(FactReader.Read(kind, _names, message.ToByteArray()));

    private void AssertNames(string[] expected, IReadOnlyList<int> names) => Assert.Equal(expected, names.Select(_names.Text).Order(StringComparer.Ordinal));

    private static SdsSecretConfig Secret(string name, bool hasSource) => new() { Name = name, SdsConfig = hasSource ? new ConfigSource() : null };

    private static TransportSocket Socket(IMessage config) => new() { Name = "tls", TypedConfig = Any.Pack(config) };

    private static Route To(RouteAction action) => new() { Match = new RouteMatch { Prefix = "/" }, Route_ = action };

    private static FilterChain Chain(params IMessage[] filters) => new()
    {
        Filters = { filters.Select(filter => new EnvoyApi.Config.Listener.V3.Filter { Name = "f", TypedConfig = Any.Pack(filter) }) },
    };
}
