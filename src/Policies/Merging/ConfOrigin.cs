using Mesh.Model.Naming;
using Mesh.Model.Resources;

namespace Mesh.Policies.Merging;

/// <summary>Which entry of which policy a configuration came from.</summary>
/// <param name="Policy">KRI of the policy.</param>
/// <param name="RuleIndex">Position of the entry in the policy's <c>to</c> or <c>rules</c>; 0 for a policy with one <c>default</c>.</param>
/// <param name="Resource">The policy. Not part of equality: a label changed beside the point must not look like another configuration.</param>
public readonly record struct ConfOrigin(Kri Policy, int RuleIndex, Resource Resource)
{
    /// <summary>Same policy and same entry.</summary>
    public bool Equals(ConfOrigin other) => RuleIndex == other.RuleIndex && Policy == other.Policy;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Policy, RuleIndex);
}
