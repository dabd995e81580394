using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>
/// Strength of a policy among those of its kind, ascending: a weaker policy comes first and is overridden (contract §2.3).
/// </summary>
internal readonly struct PolicyOrder : IComparable<PolicyOrder>
{
    private readonly int _rank;
    private readonly string _displayName;

    internal PolicyOrder(Resource policy, TargetRef target)
    {
        var section = target.Kind == TargetKinds.Dataplane && !string.IsNullOrEmpty(target.SectionName) ? 1 : 0;
        _rank = (((KindRank(target.Kind) * 2) + section) * 4 + OriginRank(policy)) * 8 + RoleRank(policy);
        _displayName = policy.DisplayName;
    }

    /// <summary>Rank of a kind in a target reference: the more it narrows down, the higher.</summary>
    internal static int KindRank(string? kind) => kind switch
    {
        TargetKinds.Mesh => 1,
        TargetKinds.Dataplane => 2,
        TargetKinds.MeshService => 5,
        TargetKinds.MeshExternalService => 6,
        TargetKinds.MeshMultiZoneService => 7,
        TargetKinds.MeshHTTPRoute => 9,
        _ => 0,
    };

    /// <inheritdoc/>
    public int CompareTo(PolicyOrder other)
    {
        var order = CompareRank(other);
        return order != 0 ? order : CompareName(other);
    }

    /// <summary>Compares by everything but the name.</summary>
    internal int CompareRank(PolicyOrder other) => _rank.CompareTo(other._rank);

    /// <summary>Compares by name: the lexicographically smallest is the strongest.</summary>
    internal int CompareName(PolicyOrder other) => string.CompareOrdinal(other._displayName, _displayName);

    private static int OriginRank(Resource policy) => policy.Label(ResourceLabels.Origin) switch
    {
        "global" => 1,
        "zone" => 3,
        _ => 2,
    };

    private static int RoleRank(Resource policy) => policy.Label(ResourceLabels.PolicyRole) switch
    {
        PolicyRoles.Producer => 2,
        PolicyRoles.Consumer => 3,
        PolicyRoles.WorkloadOwner => 4,
        _ => 1,
    };
}
