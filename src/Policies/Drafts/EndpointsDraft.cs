using EnvoyApi.Config.Endpoint.V3;
using Mesh.Model.Naming;

namespace Mesh.Policies.Drafts;

/// <summary>The load assignment of one outbound cluster while policies edit it. Mutable, used by one thread.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="destination">The destination, its port as section.</param>
/// <param name="assignment">Its endpoints.</param>
public sealed class EndpointsDraft(ProxyFacts proxy, Kri destination, ClusterLoadAssignment assignment)
{
    /// <summary>The proxy.</summary>
    public ProxyFacts Proxy { get; } = proxy;

    /// <summary>The destination, its port as section.</summary>
    public Kri Destination { get; } = destination;

    /// <summary>Its endpoints.</summary>
    public ClusterLoadAssignment Assignment { get; } = assignment;
}
