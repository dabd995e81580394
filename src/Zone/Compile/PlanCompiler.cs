using Mesh.Policies;
using Mesh.Zone.Generators;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// Turns a sub-plan into Envoy messages. The sub-plan is its only input: no clock, no randomness, hence no certificates
/// that come of age; equal sub-plans give equal bytes. Safe for concurrent use.
/// </summary>
internal sealed class PlanCompiler(PolicyCatalog policies)
{
    /// <summary>Compiles a sub-plan.</summary>
    internal IReadOnlyList<GeneratedResource> Compile(SubPlan plan)
    {
        IEnumerable<GeneratedResource> resources = plan switch
        {
            AdminPlan admin => AdminGenerator.Generate(admin, policies),
            InboundPlan inbound => InboundGenerator.Generate(inbound, policies),
            OutboundPlan outbound => OutboundGenerator.Generate(outbound, policies),
            ClusterPlan cluster => ClusterGenerator.Generate(cluster, policies),
            EndpointsPlan endpoints => EndpointsGenerator.Generate(endpoints, policies),
            ZoneListenerPlan listener => ZoneListenerGenerator.Generate(listener, policies),
            ExternalClusterPlan external => ExternalClusterGenerator.Generate(external, policies),
            TransparentProxyPlan redirected => TransparentProxyGenerator.Generate(redirected, policies),
            DirectAccessPlan direct => DirectAccessGenerator.Generate(direct, policies),
            DynamicConfigPlan dynamic => DynamicConfigGenerator.Generate(dynamic),
            TrustBundlePlan trust => SecretGenerator.Generate(trust),
            _ => throw new InvalidOperationException($"nothing compiles {plan.GetType().Name}"),
        };
        return [.. resources];
    }
}
