using System.Globalization;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds a listener for each directly accessible address, and the cluster behind all of them.</summary>
internal static class DirectAccessGenerator
{
    internal static IEnumerable<GeneratedResource> Generate(DirectAccessPlan plan, PolicyCatalog policies)
    {
        yield return Clusters.System(
            policies, plan.Proxy, ClusterRole.DirectAccess, Clusters.OriginalDestination(EnvoyNames.DirectAccess));
        foreach (var (address, port) in plan.Addresses)
        {
            var name = EnvoyNames.DirectAccessListener(address, port);
            var prefix = string.Create(CultureInfo.InvariantCulture, $"{EnvoyNames.DirectAccess}_{Sanitize(address)}_{port}");
            var chain = new FilterChainDraft(new TcpProxy { StatPrefix = prefix, Cluster = EnvoyNames.DirectAccess });
            var draft = new ListenerDraft(
                new Listener
                {
                    Name = name,
                    Address = EnvoyAddresses.Socket(address, port),
                    TrafficDirection = TrafficDirection.Outbound,
                    BindToPort = false,
                },
                chain);
            yield return new GeneratedResource(TypeUrls.Listener, name, draft.Pack());
        }
    }

    private static string Sanitize(string address) => address.Replace('.', '_').Replace(':', '_');
}
