using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>The order in which entries of policies take effect, for explanations to users.</summary>
public static class PolicyOrdering
{
    /// <summary>
    /// Every <c>to</c> entry of policies of one kind, weakest first (contract §2.3): the policy and the entry's position in it.
    /// </summary>
    public static IReadOnlyList<(Resource Policy, int RuleIndex)> SortTo(IEnumerable<Resource> policies)
    {
        var entries = new List<DocumentTo>();
        foreach (var policy in policies)
        {
            entries.AddRange(PolicyDocument.Read(policy, ConfMerging.Default).To);
        }

        return ToRulesBuilder.Sort(entries).ConvertAll(entry => (entry.Origin.Resource, entry.Origin.RuleIndex));
    }
}
