using System.Diagnostics;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Responses;
using HttpRouter = EnvoyApi.Extensions.Filters.Http.Router.V3.Router;

namespace Mesh.Load.Serving;

/// <summary>A generated mesh: one listener and one route configuration that lead to all services, as the peer generates it.</summary>
internal sealed class SyntheticMesh(int services, int endpoints)
{
    private const string RouteName = "routes";
    private const int FirstPort = 20_000;

    private readonly ServiceInstances[] _instances = [.. Enumerable.Range(0, services).Select(service => new ServiceInstances(service, endpoints))];

    /// <summary>Number of services.</summary>
    public int Services => services;

    /// <summary>Name of a service's cluster and load assignment.</summary>
    public static string ServiceName(int service) => $"service-{service}";

    /// <summary>The instances of a service.</summary>
    public ServiceInstances Instances(int service) => _instances[service];

    /// <summary>The cluster of a service.</summary>
    /// <param name="change">Which change of it this is; 0: the first content.</param>
    public static byte[] Cluster(int service, int change) => Cluster(service, change == 0 ? $"service-{service}" : $"service-{service}-{change}");

    /// <summary>A cluster that says when it was made.</summary>
    public static byte[] StampedCluster(int service) => Cluster(service, Stamp());

    private static byte[] Cluster(int service, string statName) => new Cluster
    {
        Name = ServiceName(service),
        AltStatName = statName,
        Type = EnvoyApi.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Ads() },
    }.ToByteArray();

    /// <summary>The load assignment of a service; of a change it says when it was made.</summary>
    public byte[] Assignment(int service, int change)
    {
        var locality = new LocalityLbEndpoints();
        var instances = _instances[service];
        for (var i = 0; i < instances.Count; i++)
        {
            var endpoint = new EnvoyApi.Config.Endpoint.V3.Endpoint
            {
                Address = AddressOf(instances.Address(i), i == 0 ? (uint)(FirstPort + (change % 40_000)) : 8080),
                Hostname = i == 0 && change > 0 ? Stamp() : "",
            };
            locality.LbEndpoints.Add(new LbEndpoint { Endpoint = endpoint });
        }

        return new ClusterLoadAssignment { ClusterName = ServiceName(service), Endpoints = { locality } }.ToByteArray();
    }

    /// <summary>The listener.</summary>
    public static byte[] Listener(int change)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = $"outbound-{change}",
            Rds = new Rds { RouteConfigName = RouteName, ConfigSource = Ads() },
            HttpFilters = { new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Pack(new HttpRouter()) } },
        };
        var filter = new EnvoyApi.Config.Listener.V3.Filter { Name = "envoy.filters.network.http_connection_manager", TypedConfig = Pack(manager) };
        return new Listener
        {
            Name = "outbound",
            Address = AddressOf("127.0.0.1", 15_001),
            FilterChains = { new FilterChain { Filters = { filter } } },
        }.ToByteArray();
    }

    /// <summary>The route configuration.</summary>
    public byte[] Routes(int change)
    {
        var routes = new RouteConfiguration { Name = RouteName };
        for (var i = 0; i < services; i++)
        {
            var action = new RouteAction { Cluster = ServiceName(i) };
            var route = new Route { Name = $"route-{i}-{(i == 0 ? change : 0)}", Match = new RouteMatch { Prefix = "/" }, Route_ = action };
            routes.VirtualHosts.Add(new VirtualHost { Name = $"service-{i}", Domains = { $"service-{i}.mesh" }, Routes = { route } });
        }

        return routes.ToByteArray();
    }

    /// <summary>Name of the listener.</summary>
    public static string ListenerName => "outbound";

    /// <summary>Name of the route configuration.</summary>
    public static string RoutesName => RouteName;

    private static string Stamp() => FactReader.StampPrefix + Stopwatch.GetTimestamp();

    private static Any Pack(IMessage message) => Any.Pack(message, "type.googleapis.com");

    private static ConfigSource Ads() => new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    private static Address AddressOf(string host, uint port) => new() { SocketAddress = new SocketAddress { Address = host, PortValue = port } };
}
