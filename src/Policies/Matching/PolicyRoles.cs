namespace Mesh.Policies.Matching;

/// <summary>Values of the label <c>kuma.io/policy-role</c> (contract §2.4).</summary>
public static class PolicyRoles
{
    /// <summary>Written by who runs the mesh. Also what an absent label means.</summary>
    public const string System = "system";
    /// <summary>Written by the owner of a service, for all who call it.</summary>
    public const string Producer = "producer";
    /// <summary>Written by who calls services, for the own namespace.</summary>
    public const string Consumer = "consumer";
    /// <summary>Written for the own workloads, without destinations.</summary>
    public const string WorkloadOwner = "workload-owner";
}
