using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Http.Router.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Extensions.Upstreams.Http.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Json;
using Mesh.Envoy.Names;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
using Mesh.Testing;
using Cluster = EnvoyApi.Config.Cluster.V3.Cluster;
using TransportSocket = EnvoyApi.Config.Core.V3.TransportSocket;

namespace Mesh.Policies.Tests;

/// <summary>
/// Cases of one policy: <c>Cases/NAME.input.yaml</c> holds what is edited (<c>draft: inbound|outbound|passthrough|zone-egress</c>,
/// <c>protocol</c>, <c>tls</c>, <c>identity</c>, <c>features</c>) and then policies, which are matched and merged as in a mesh; <c>NAME.golden.yaml</c> is what
/// the policy makes of it. The proxy is <c>web-1</c> (labels app: web) with inbound <c>main</c> 10.0.0.1:8080; the
/// destination is the MeshService <c>backend</c>, port 80. Adding a case is adding a file.
/// </summary>
public static class PolicyCases
{
    private const string Suffix = ".input.yaml";

    private const string World =
        """
        type: Mesh
        name: default
        ---
        type: MeshService
        mesh: default
        name: backend
        labels: {kuma.io/zone: east, kuma.io/origin: zone, kuma.io/display-name: backend}
        spec: {ports: [{port: 80, name: http}]}
        ---
        type: Dataplane
        mesh: default
        name: web-1
        labels: {app: web}
        networking:
          address: 10.0.0.1
          inbound: [{port: 8080, name: main}]
          listeners: [{type: ZoneEgress, port: 10002, name: egress}]
        """;

    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();
    private static readonly Kri _destination = new("msvc", "default", "east", "", "backend", "http");

    /// <summary>Names of the cases beside the calling test.</summary>
    public static TheoryData<string> Names([CallerFilePath] string test = "")
    {
        var names = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(FolderOf(test), "*" + Suffix).Order(StringComparer.Ordinal))
        {
            names.Add(Path.GetFileName(file)[..^Suffix.Length]);
        }

        return names;
    }

    /// <summary>Runs one case.</summary>
    public static void Check(Policy policy, string name, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(FolderOf(test), name);
        var text = File.ReadAllText(path + Suffix);
        var head = Mesh.Model.Text.YamlTree.ReadAll(text)[0]!.AsObject();
        var world = Read(World);
        var policies = Read(text[(text.IndexOf("\n---\n", StringComparison.Ordinal) + 5)..]);
        var dataplane = world.Single(r => r.Kind == "Dataplane");
        var everything = world.Concat(policies).ToList();
        var matched = MeshPolicies
            .Create(PolicyCatalog.Default, everything, new ListDestinationIndex("default", everything)).Match(dataplane);
        var result = (string)head["draft"]! switch
        {
            "inbound" => Inbound(policy, head, matched),
            "passthrough" => Passthrough(policy, head, matched),
            "zone-egress" => ZoneEgress(policy, head, matched),
            _ => Outbound(policy, head, matched, everything.Where(r => r.Kind == "MeshHTTPRoute")),
        };
        Golden.Check(path + ".golden.yaml", YamlWriter.Write(result));
    }

    private static JsonObject Inbound(Policy policy, JsonObject head, MatchedPolicies matched)
    {
        var facts = new InboundFacts
        {
            Name = "self_inbound_dp_main",
            Address = "10.0.0.1",
            Port = 8080,
            ServiceAddress = "127.0.0.1",
            ServicePort = 3000,
            Protocol = (string)head["protocol"]!,
        };
        var chain = Chain(facts.Protocol, facts.Name, [Route(facts.Name, "/")]);
        if (head["tls"]?.GetValue<bool>() == true)
        {
            chain.Message.TransportSocket = new TransportSocket
            {
                Name = EnvoyExtensions.TlsTransportSocket,
                TypedConfig = Any.Pack(new DownstreamTlsContext()),
            };
        }

        var draft = new InboundDraft(Facts(head), facts, new ListenerDraft(new Listener { Name = facts.Name }, chain));
        policy.Configure(draft, DraftConfs.ForInbound(policy, matched, facts.Key));
        var cluster = new ClusterDraft(Facts(head), new ClusterFacts { Role = ClusterRole.Inbound, Protocol = facts.Protocol }, new Cluster { Name = facts.Name });
        policy.Configure(cluster, DraftConfs.ForInboundCluster(policy, matched, facts.Key));
        return Result(draft.Listener, cluster);
    }

    private static JsonObject Outbound(Policy policy, JsonObject head, MatchedPolicies matched, IEnumerable<Resource> routes)
    {
        var protocol = (string)head["protocol"]!;
        var mesh = new Kri("m", "", "", "", "default", "");
        var drafts = routes.Select(r => new RouteDraft(Route("backend", "/" + r.Name), r.GetKri("rule_0")))
            .Append(new RouteDraft(Route("backend", "/"), null)).ToList();
        var chain = Chain(protocol, "backend", drafts.Select(d => d.Message));
        var draft = new OutboundDraft(
            Facts(head),
            new OutboundFacts { Destination = _destination, Protocol = protocol },
            new ListenerDraft(new Listener { Name = "backend" }, chain),
            Protocols.IsHttp(protocol) ? drafts : []);
        policy.Configure(
            draft,
            DraftConfs.ForOutbound(policy, matched, _destination, mesh, drafts.Where(d => d.RouteKri is not null).Select(d => d.RouteKri!.Value)));
        var cluster = new ClusterDraft(
            Facts(head),
            new ClusterFacts { Role = ClusterRole.Outbound, Protocol = protocol, Destination = _destination },
            new Cluster { Name = "backend" })
        { Http = new HttpProtocolOptions(), Tls = new UpstreamTlsContext { CommonTlsContext = new CommonTlsContext() } };
        policy.Configure(cluster, DraftConfs.ForOutboundCluster(policy, matched, _destination, mesh));
        return Result(draft.Listener, cluster);
    }

    /// <summary>Two services outside the mesh behind one listener, found by server name.</summary>
    private static JsonObject ZoneEgress(Policy policy, JsonObject head, MatchedPolicies matched)
    {
        var facts = new ZoneListenerFacts { Name = "self_zoneegress_dp_egress", Address = "10.0.0.1", Port = 10002, IsEgress = true };
        var chains = new List<ZoneChainDraft>();
        foreach (var name in new[] { "bank", "weather" })
        {
            var chain = Chain((string)head["protocol"]!, name, [Route(name, "/")]);
            chain.Message.Name = name;
            chain.Message.TransportSocket = new TransportSocket
            {
                Name = EnvoyExtensions.TlsTransportSocket,
                TypedConfig = Any.Pack(new DownstreamTlsContext()),
            };
            chains.Add(new ZoneChainDraft(new Kri("extsvc", "default", "east", "", name, "80"), $"sni.extsvc.default.east.{name}.80", chain));
        }

        var listener = new ListenerDraft(new Listener { Name = facts.Name }, [.. chains.Select(chain => chain.Chain)]);
        policy.Configure(new ZoneListenerDraft(Facts(head), facts, listener, chains), DraftConfs.ForZoneListener(policy, matched, facts.Key));
        return new JsonObject { ["listener"] = EnvoyJson.ToNode(listener.Pack()) };
    }

    private static JsonObject Passthrough(Policy policy, JsonObject head, MatchedPolicies matched)
    {
        var inbound = new InboundFacts
        {
            Name = "self_inbound_dp_main",
            Address = "10.0.0.1",
            Port = 8080,
            ServiceAddress = "127.0.0.1",
            ServicePort = 3000,
            Protocol = Protocols.Tcp,
        };
        var name = EnvoyNames.PassthroughInbound(ipv6: false);
        var draft = new TransparentProxyDraft(Facts(head), [inbound]);
        draft.InboundListeners.Add(new ListenerDraft(new Listener { Name = name }, Chain(Protocols.Tcp, name, [])));
        policy.Configure(draft, DraftConfs.ForTransparentProxy(policy, matched, [inbound.Key]));
        return new JsonObject { ["listener"] = EnvoyJson.ToNode(draft.InboundListeners[0].Pack()) };
    }

    private static ProxyFacts Facts(JsonObject head) => new()
    {
        Mesh = "default",
        Zone = "east",
        Identity = head["identity"]?.GetValue<bool>() == true
            ? new WorkloadIdentityFacts { SecretName = "kri_mid_default_east__id_", TrustBundleName = "system_trust_bundle", TrustDomains = ["default.east.mesh.local"] }
            : null,
        Features = FactList.From((head["features"] as JsonArray ?? []).Select(feature => (string)feature!)),
    };

    private static FilterChainDraft Chain(string protocol, string cluster, IEnumerable<Route> routes)
    {
        if (!Protocols.IsHttp(protocol))
        {
            return new FilterChainDraft(new TcpProxy { StatPrefix = cluster, Cluster = cluster });
        }

        var host = new VirtualHost { Name = cluster, Domains = { "*" } };
        host.Routes.Add(routes);
        return new FilterChainDraft(new HttpConnectionManager
        {
            StatPrefix = cluster,
            RouteConfig = new RouteConfiguration { Name = cluster, VirtualHosts = { host } },
            HttpFilters = { new HttpFilter { Name = EnvoyExtensions.Router, TypedConfig = Any.Pack(new Router()) } },
        });
    }

    private static Route Route(string cluster, string prefix) =>
        new() { Match = new RouteMatch { Prefix = prefix }, Route_ = new RouteAction { Cluster = cluster } };

    private static JsonObject Result(ListenerDraft listener, ClusterDraft cluster) => new()
    {
        ["listener"] = EnvoyJson.ToNode(listener.Pack()),
        ["cluster"] = EnvoyJson.ToNode(cluster.Pack()),
    };

    private static List<Resource> Read(string yaml) =>
    [
        .. ResourceYaml.ParseAll(yaml, _catalog, keepStatus: true)
            .Select(p => p.Resource ?? throw new InvalidDataException(p.Error ?? string.Join("; ", p.Violations))),
    ];

    private static string FolderOf(string test) => Path.Combine(Path.GetDirectoryName(test)!, "Cases");
}
