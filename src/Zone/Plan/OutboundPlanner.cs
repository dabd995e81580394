using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>Plans the outbounds of a proxy; those of proxies that are alike in all that counts are planned once for a view.</summary>
internal static class OutboundPlanner
{
    /// <summary>Address of an explicit outbound that names none.</summary>
    internal const string DefaultAddress = "127.0.0.1";

    /// <summary>Adds the outbounds of the proxy, and the names that its DNS answers.</summary>
    internal static void Plan(PlanContext context, OutboundSets known)
    {
        var set = known.Find(context);
        set.AddTo(context);
        if (context.HasVirtualOutbounds)
        {
            PlanNames(context, set.Records);
        }
    }

    private static void PlanNames(PlanContext context, FactList<DnsRecord> records)
    {
        if (context.Metadata.DnsPort == 0)
        {
            return;
        }

        var labels = LabelSet.Empty.With("mesh", context.View.Name);
        foreach (var (key, label) in new[]
        {
            ("k8s_kuma_io_namespace", ResourceLabels.KubernetesNamespace),
            ("kuma_io_zone", ResourceLabels.Zone),
            ("kuma_workload", ResourceLabels.Workload),
        })
        {
            if (context.Dataplane.Label(label) is { Length: > 0 } value)
            {
                labels = labels.With(key, value);
            }
        }

        context.Parts.Add(new DynamicConfigPlan
        {
            Proxy = context.Proxy,
            SocketPath = SocketPaths.DynamicConfig(context.Metadata.WorkDirectory),
            Records = records,
            ExtraLabels = labels,
        });
    }
}
