using Mesh.Model.Kinds;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>Plans listeners for the addresses of other proxies that <c>directAccessServices</c> names.</summary>
internal static class DirectAccessPlanner
{
    private const string All = "*";

    internal static void Plan(PlanContext context)
    {
        if (context.Redirection is null || context.Networking.TransparentProxying?.DirectAccessServices is not { Count: > 0 } services)
        {
            return;
        }

        context.Interest.InDataplanes = true;
        var taken = new HashSet<ListenAddress>((context.Networking.Outbound ?? [])
            .Select(outbound => new ListenAddress(outbound.Address ?? OutboundPlanner.DefaultAddress, outbound.Port)));
        var found = new SortedSet<(string Address, uint Port)>(Comparer<(string Address, uint Port)>.Create(Compare));
        foreach (var dataplane in context.View.Of(TargetKinds.Dataplane).Values)
        {
            if (dataplane.Name == context.Dataplane.Name
                || (!services.Contains(All) && !services.Contains(dataplane.Label(ResourceLabels.Service))))
            {
                continue;
            }

            foreach (var inbound in dataplane.SpecAs<DataplaneSpec>().Networking?.Inbound ?? [])
            {
                var address = string.IsNullOrEmpty(inbound.Address) ? dataplane.SpecAs<DataplaneSpec>().Networking!.Address : inbound.Address;
                if (address is not null && !taken.Contains(new ListenAddress(address, inbound.Port)))
                {
                    found.Add((address, inbound.Port));
                }
            }
        }

        if (found.Count > 0)
        {
            context.Parts.Add(new DirectAccessPlan
            {
                Proxy = context.Proxy,
                Addresses = FactList.From(found.Select(pair => new ListenAddress(pair.Address, pair.Port))),
            });
        }
    }

    private static int Compare((string Address, uint Port) left, (string Address, uint Port) right)
    {
        var order = string.CompareOrdinal(left.Address, right.Address);
        return order != 0 ? order : left.Port.CompareTo(right.Port);
    }
}
