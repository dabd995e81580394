using System.Text.Json.Nodes;
using Mesh.Model.Policies;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>One <c>to</c> entry of a policy.</summary>
/// <param name="Origin">Where it stands.</param>
/// <param name="Order">Strength of its policy.</param>
/// <param name="Target">What it is about, its namespace filled in.</param>
/// <param name="Conf">Its configuration. Never changed.</param>
internal sealed record DocumentTo(ConfOrigin Origin, PolicyOrder Order, TargetRef Target, JsonObject Conf)
{
    /// <summary>
    /// Weakest first: policy, then kind of destination, then a service's section, then name (contract §2.3). Entries of one
    /// policy that are equal in all of it keep their order, so the sort must be stable.
    /// </summary>
    internal int CompareTo(DocumentTo other)
    {
        var order = Order.CompareRank(other.Order);
        if (order != 0)
        {
            return order;
        }

        order = PolicyOrder.KindRank(Target.Kind).CompareTo(PolicyOrder.KindRank(other.Target.Kind));
        if (order != 0)
        {
            return order;
        }

        order = HasServiceSection.CompareTo(other.HasServiceSection);
        return order != 0 ? order : Order.CompareName(other.Order);
    }

    private bool HasServiceSection => Target.Kind == TargetKinds.MeshService && !string.IsNullOrEmpty(Target.SectionName);
}
