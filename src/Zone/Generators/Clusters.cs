using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using UpstreamOptions = EnvoyApi.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace Mesh.Zone.Generators;

/// <summary>Clusters to start from, and their way through the policies.</summary>
internal static class Clusters
{
    internal static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan InboundConnectTimeout = TimeSpan.FromSeconds(10);

    private static readonly FactList<MergedConf?> _nothing = [];

    internal static Cluster Static(string name, TimeSpan connectTimeout, Address? address = null) => new()
    {
        Name = name,
        Type = Cluster.Types.DiscoveryType.Static,
        ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
        LoadAssignment = address is null ? null : EnvoyAddresses.Single(name, address),
    };

    internal static Cluster OriginalDestination(string name) => new()
    {
        Name = name,
        Type = Cluster.Types.DiscoveryType.OriginalDst,
        ConnectTimeout = Duration.FromTimeSpan(DefaultConnectTimeout),
        LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
    };

    internal static BindConfig Source(string address) =>
        new() { SourceAddress = new SocketAddress { Address = address, PortValue = 0 } };

    internal static UpstreamOptions Options(bool http2)
    {
        var explicitly = new UpstreamOptions.Types.ExplicitHttpConfig();
        if (http2)
        {
            explicitly.Http2ProtocolOptions = new Http2ProtocolOptions();
        }
        else
        {
            explicitly.HttpProtocolOptions = new Http1ProtocolOptions();
        }

        return new UpstreamOptions { ExplicitHttpConfig = explicitly };
    }

    internal static GeneratedResource Finish(ClusterDraft draft) => new(TypeUrls.Cluster, draft.Cluster.Name, draft.Pack());

    /// <summary>Lets every policy edit a cluster that no user configures.</summary>
    internal static GeneratedResource System(PolicyCatalog policies, ProxyFacts proxy, ClusterRole role, Cluster cluster)
    {
        var draft = new ClusterDraft(proxy, new ClusterFacts { Role = role, Protocol = Protocols.Tcp }, cluster);
        Configure(policies, draft, _nothing);
        return Finish(draft);
    }

    internal static void Configure(PolicyCatalog policies, ClusterDraft draft, FactList<MergedConf?> confs)
    {
        for (var i = 0; i < policies.InOrder.Count; i++)
        {
            policies.InOrder[i].Configure(draft, i < confs.Count ? confs[i] : null);
        }
    }
}
