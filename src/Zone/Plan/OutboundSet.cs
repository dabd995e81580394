using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// The planned outbounds of proxies that are alike in all that shapes them. Immutable once made; compared by reference. It is
/// what these proxies are to have until a change concerns its <see cref="Interest"/>.
/// </summary>
internal sealed class OutboundSet
{
    /// <summary>Puts together what was planned for each destination: where two lead to one cluster it is there once.</summary>
    /// <param name="key">Of whom it is the outbounds.</param>
    /// <param name="layout">What they can call.</param>
    /// <param name="planned">The plans of the layout's destinations, in their order.</param>
    internal OutboundSet(OutboundKey key, OutboundLayout layout, IReadOnlyList<OutboundParts> planned)
    {
        Key = key;
        Layout = layout;
        Planned = planned;
        var merge = new Merge(layout);
        foreach (var parts in planned)
        {
            merge.Add(parts);
        }

        (Parts, Faults, Interest) = (merge.Parts, merge.Faults, merge.Interest);
    }

    /// <summary>Of whom it is the outbounds.</summary>
    internal OutboundKey Key { get; }

    /// <summary>What they can call.</summary>
    internal OutboundLayout Layout { get; }

    /// <summary>The plans of the layout's destinations, in their order.</summary>
    internal IReadOnlyList<OutboundParts> Planned { get; }

    /// <summary>What is compiled.</summary>
    internal IReadOnlyList<SubPlan> Parts { get; }

    /// <summary>What was left out.</summary>
    internal IReadOnlyList<PlanFault> Faults { get; }

    /// <summary>What it was made of.</summary>
    internal ProxyInterest Interest { get; }

    /// <summary>Names of the destinations, by name.</summary>
    internal FactList<DnsRecord> Records => Layout.Records;

    /// <summary>Makes it part of a proxy's plan.</summary>
    internal void AddTo(PlanContext context)
    {
        context.Outbounds = this;
        context.Faults.AddRange(Faults);
        context.Interest.Shared = Interest;
    }

    private sealed class Merge
    {
        private readonly HashSet<Kri> _clusters = [];
        private readonly HashSet<Kri> _endpoints = [];

        public Merge(OutboundLayout layout)
        {
            Faults.AddRange(layout.Faults);
            Interest.InAllServices = layout.Interest.InAllServices;
            Add(layout.Interest);
        }

        public List<SubPlan> Parts { get; } = [];

        public List<PlanFault> Faults { get; } = [];

        public ProxyInterest Interest { get; } = new();

        public void Add(OutboundParts parts)
        {
            foreach (var part in parts.Parts)
            {
                var isNew = part switch
                {
                    ClusterPlan { Facts.Destination: { } destination } => _clusters.Add(destination),
                    EndpointsPlan endpoints => _endpoints.Add(endpoints.Destination),
                    _ => true,
                };
                if (isNew)
                {
                    Parts.Add(part);
                }
            }

            foreach (var fault in parts.Faults)
            {
                if (!Faults.Contains(fault))
                {
                    Faults.Add(fault);
                }
            }

            Add(parts.Interest);
        }

        private void Add(ProxyInterest interest)
        {
            Interest.Services.UnionWith(interest.Services);
            foreach (var (kind, labels) in interest.Selectors)
            {
                Interest.AddSelector(kind, labels);
            }
        }
    }
}
