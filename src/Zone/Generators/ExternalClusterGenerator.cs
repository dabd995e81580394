using System.Net;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Model.Labels;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds the cluster of a service outside the mesh, on a zone egress.</summary>
internal static class ExternalClusterGenerator
{
    // Tells endpoints of one service apart that need different TLS.
    private const string HostLabel = "host";

    internal static IEnumerable<GeneratedResource> Generate(ExternalClusterPlan plan, PolicyCatalog policies)
    {
        var hasNames = plan.Addresses.Any(address => !IPAddress.TryParse(address.Host, out _));
        var contexts = plan.Tls is { } tls ? ExternalTlsContexts.ByHost(tls, plan.Addresses) : [];
        var cluster = new Cluster
        {
            Name = plan.Name,
            Type = hasNames ? Cluster.Types.DiscoveryType.StrictDns : Cluster.Types.DiscoveryType.Static,
            DnsLookupFamily = hasNames && !plan.HasIPv6 ? Cluster.Types.DnsLookupFamily.V4Only : Cluster.Types.DnsLookupFamily.Auto,
            ConnectTimeout = Duration.FromTimeSpan(Clusters.DefaultConnectTimeout),
            LoadAssignment = Assignment(plan, contexts.Count > 1),
        };
        foreach (var (host, context) in contexts)
        {
            cluster.TransportSocketMatches.Add(new Cluster.Types.TransportSocketMatch
            {
                Name = host,
                Match = EnvoyMetadata.ToStruct(Labels(plan, host, contexts.Count > 1)),
                TransportSocket = new TransportSocket { Name = EnvoyExtensions.TlsTransportSocket, TypedConfig = Any.Pack(context) },
            });
        }

        var draft = new ClusterDraft(plan.Proxy, plan.Facts, cluster);
        if (Protocols.IsHttp(plan.Facts.Protocol))
        {
            draft.Http = Clusters.Options(http2: plan.Facts.Protocol != Protocols.Http);
        }

        Clusters.Configure(policies, draft, plan.Confs);
        return [Clusters.Finish(draft)];
    }

    private static LabelSet Labels(ExternalClusterPlan plan, string host, bool perHost) => perHost ? plan.Labels.With(HostLabel, host) : plan.Labels;

    private static ClusterLoadAssignment Assignment(ExternalClusterPlan plan, bool perHost)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = plan.Name };
        foreach (var priority in plan.Addresses.GroupBy(address => address.Priority).OrderBy(group => group.Key))
        {
            var locality = new LocalityLbEndpoints { Priority = priority.Key };
            if (priority.Key > 0)
            {
                locality.Locality = new Locality { SubZone = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"priority-{priority.Key}") };
            }

            locality.LbEndpoints.Add(priority.Select(address => Endpoint(plan, address, perHost)));
            assignment.Endpoints.Add(locality);
        }

        return assignment;
    }

    private static LbEndpoint Endpoint(ExternalClusterPlan plan, ExternalAddress address, bool perHost) => new()
    {
        Endpoint = new EnvoyApi.Config.Endpoint.V3.Endpoint { Address = EnvoyAddresses.Socket(address.Host, address.Port) },
        LoadBalancingWeight = 1,
        Metadata = new Metadata
        {
            FilterMetadata =
            {
                [EnvoyExtensions.LoadBalancerMetadata] = EnvoyMetadata.ToStruct(plan.Labels),
                [EnvoyExtensions.TransportSocketMatchMetadata] = EnvoyMetadata.ToStruct(Labels(plan, address.Host, perHost)),
            },
        },
    };
}
