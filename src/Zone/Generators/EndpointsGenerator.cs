using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds the load assignment of a destination: endpoints by locality and priority (contract §3.6).</summary>
internal static class EndpointsGenerator
{
    internal static IEnumerable<GeneratedResource> Generate(EndpointsPlan plan, PolicyCatalog policies) =>
        [new GeneratedResource(TypeUrls.ClusterLoadAssignment, plan.Title, Assignment(plan, policies))];

    internal static ClusterLoadAssignment Assignment(EndpointsPlan plan, PolicyCatalog policies)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = plan.Title };
        LocalityLbEndpoints? locality = null;
        foreach (var endpoint in plan.Endpoints.Items)
        {
            if (locality is null || locality.Priority != endpoint.Priority || (locality.Locality?.Zone ?? "") != endpoint.Zone)
            {
                locality = new LocalityLbEndpoints
                {
                    Priority = endpoint.Priority,
                    Locality = endpoint.Zone.Length == 0 ? null : new Locality { Zone = endpoint.Zone },
                };
                assignment.Endpoints.Add(locality);
            }

            locality.LbEndpoints.Add(Endpoint(endpoint));
        }

        var draft = new EndpointsDraft(plan.Proxy, plan.Destination, assignment);
        for (var i = 0; i < policies.InOrder.Count; i++)
        {
            policies.InOrder[i].Configure(draft, i < plan.Confs.Count ? plan.Confs[i] : null);
        }

        return draft.Assignment;
    }

    private static LbEndpoint Endpoint(View.Endpoint endpoint) => new()
    {
        Endpoint = new EnvoyApi.Config.Endpoint.V3.Endpoint { Address = EnvoyAddresses.Socket(endpoint.Address, endpoint.Port) },
        LoadBalancingWeight = 1,
        Metadata = endpoint.Labels.Count == 0 ? null : new Metadata
        {
            FilterMetadata =
            {
                [EnvoyExtensions.LoadBalancerMetadata] = EnvoyMetadata.ToStruct(endpoint.Labels),
                [EnvoyExtensions.TransportSocketMatchMetadata] = EnvoyMetadata.ToStruct(endpoint.Labels),
            },
        },
    };
}
