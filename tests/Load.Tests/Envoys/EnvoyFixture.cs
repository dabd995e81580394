using System.Text;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Envoys;
using Mesh.Load.Responses;

namespace Mesh.Load.Tests.Envoys;

/// <summary>One virtual Envoy without a stream, and what it thinks of what it is given.</summary>
internal sealed class EnvoyFixture
{
    public EnvoyFixture()
    {
        State = new EnvoyState(7, Facts, Violations);
        State.Ask(XdsKind.Cluster);
        State.Ask(XdsKind.Listener);
    }

    public FactTable Facts { get; } = new();

    public ViolationLog Violations { get; } = new();

    public SubscriptionChanges Changes { get; } = new();

    public EnvoyState State { get; }

    public static byte[] Cluster(string name, int variant = 0) => new Cluster
    {
        Name = name,
        AltStatName = $"{variant}",
        Type = EnvoyApi.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig(),
    }.ToByteArray();

    public static byte[] Assignment(string name, string hostname = "") => new ClusterLoadAssignment
    {
        ClusterName = name,
        Endpoints =
        {
            new LocalityLbEndpoints { LbEndpoints = { new LbEndpoint { Endpoint = new Endpoint { Hostname = hostname } } } },
        },
    }.ToByteArray();

    public static byte[] Listener(string name, string routes)
    {
        var manager = new HttpConnectionManager { Rds = new Rds { RouteConfigName = routes } };
        var filter = new EnvoyApi.Config.Listener.V3.Filter { Name = "hcm", TypedConfig = Any.Pack(manager) };
        return new Listener { Name = name, FilterChains = { new FilterChain { Filters = { filter } } } }.ToByteArray();
    }

    public static byte[] Routes(string name, string cluster)
    {
        var route = new Route { Route_ = new RouteAction { Cluster = cluster } };
        return new RouteConfiguration { Name = name, VirtualHosts = { new VirtualHost { Routes = { route } } } }.ToByteArray();
    }

    /// <summary>A resource as it stands in a delta response.</summary>
    public static byte[] Resource(XdsKind kind, string name, byte[] message, string version) => new EnvoyApi.Service.Discovery.V3.Resource
    {
        Name = name,
        Version = version,
        Resource_ = new Any { TypeUrl = Encoding.UTF8.GetString(kind.Url), Value = ByteString.CopyFrom(message) },
    }.ToByteArray();

    /// <summary>Gives a resource to the Envoy; true: it was new to it.</summary>
    public bool Give(XdsKind kind, string name, byte[] message, string version = "1")
    {
        var held = State.Find(kind)!;
        held.WasAnswered = true;
        return State.Take(held, Facts.AddDelta(Resource(kind, name, message, version)), Changes);
    }

    public void Remove(XdsKind kind, string name) => State.Remove(State.Find(kind)!, Facts.Names.Add(name), Changes);

    public IEnumerable<string> Added(XdsKind kind) => Changes.Added(kind).Select(Facts.Names.Text);

    public IEnumerable<string> Removed(XdsKind kind) => Changes.Removed(kind).Select(Facts.Names.Text);

    /// <summary>A cluster with its load assignment, a listener and its routes.</summary>
    public EnvoyFixture WithEverything()
    {
        Give(XdsKind.Cluster, "c", Cluster("c"));
        Give(XdsKind.Endpoint, "c", Assignment("c"));
        Give(XdsKind.Listener, "l", Listener("l", "r"));
        Give(XdsKind.Route, "r", Routes("r", "c"));
        Changes.Clear();
        return this;
    }
}
