using System.Net;
using Mesh.Envoy.Names;
using Mesh.Model.Kinds;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>Plans the inbounds of a proxy (contract §3.3).</summary>
internal static class InboundPlanner
{
    /// <summary>Port of an inbound that stands for a workload without a port: it gets no listener.</summary>
    internal const uint ReservedPort = 49151;

    internal static void Plan(PlanContext context)
    {
        var inbounds = context.Networking.Inbound ?? [];
        context.Inbounds = FactList.From(inbounds.Where(inbound => inbound.Port != ReservedPort).Select(inbound => Facts(context, inbound)));
        foreach (var facts in context.Inbounds)
        {
            if (!IPAddress.TryParse(facts.Address, out _))
            {
                context.Faults.Add(new PlanFault(facts.Name, $"'{facts.Address}' is not an IP address"));
                continue;
            }

            context.Parts.Add(new InboundPlan
            {
                Proxy = context.Proxy,
                Facts = facts,
                Tags = context.Labels,
                SourceAddress = SourceAddress(context, facts.ServiceAddress),
                Rules = FactList.From(context.Catalog.InOrder, policy => DraftConfs.ForInbound(policy, context.Matched, facts.Key)),
                ClusterConfs = FactList.From(context.Catalog.InOrder, policy => DraftConfs.ForInboundCluster(policy, context.Matched, facts.Key)),
            });
        }
    }

    private static InboundFacts Facts(PlanContext context, DataplaneInbound inbound)
    {
        var address = string.IsNullOrEmpty(inbound.Address) ? context.Address : inbound.Address;
        return new InboundFacts
        {
            Name = EnvoyNames.Inbound(inbound.Name, inbound.Port),
            Address = address,
            Port = inbound.Port,
            ServiceAddress = string.IsNullOrEmpty(inbound.ServiceAddress) ? address : inbound.ServiceAddress,
            ServicePort = inbound.ServicePort == 0 ? inbound.Port : inbound.ServicePort,
            Protocol = string.IsNullOrEmpty(inbound.Protocol) ? Protocols.Tcp : inbound.Protocol,
        };
    }

    /// <summary>With redirection, calls to the application come from an address that is not redirected again.</summary>
    private static string? SourceAddress(PlanContext context, string serviceAddress)
    {
        if (context.Redirection is null || (IPAddress.TryParse(serviceAddress, out var address) && IPAddress.IsLoopback(address)))
        {
            return null;
        }

        return serviceAddress.Contains(':', StringComparison.Ordinal) ? "::6" : "127.0.0.6";
    }
}
