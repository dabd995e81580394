using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// What the policies of a mesh say about proxies that the same of them select in the same way: one object for all of these, and
/// the same one after a change that concerns none of its policies. Merging happens when first asked for. Immutable and safe for
/// concurrent use.
/// </summary>
public sealed class PolicyMatch : IEquatable<PolicyMatch>
{
    private readonly MatchedKind[] _kinds;

    internal PolicyMatch(MatchedKind[] kinds) => _kinds = kinds;

    /// <summary>Nothing matched.</summary>
    public static PolicyMatch None { get; } = new([]);

    internal IReadOnlyList<MatchedKind> Kinds => _kinds;

    /// <summary>Rules of <paramref name="kind"/> for destinations.</summary>
    public ToRules To(string kind) => Find(kind)?.All.To ?? ToRules.None;

    /// <summary>
    /// What the rules of <paramref name="kind"/> say to all callers of the whole proxy: policies that name one inbound are left
    /// out. Null when nothing is said.
    /// </summary>
    public MergedConf? CatchAll(string kind) => Find(kind)?.Whole.Inbound.CatchAll;

    /// <summary>
    /// Whether another match says the same about the proxy itself: about each of its inbounds and listeners, and as a whole.
    /// About its destinations it may say something else.
    /// </summary>
    public bool IsSameWithoutDestinations(PolicyMatch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other) || (other.Covers(this) && Covers(other));
    }

    /// <inheritdoc/>
    public bool Equals(PolicyMatch? other) => ReferenceEquals(this, other) || (other is not null && _kinds.AsSpan().SequenceEqual(other._kinds));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PolicyMatch);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var kind in _kinds)
        {
            hash.Add(kind);
        }

        return hash.ToHashCode();
    }

    internal MatchedKind? Find(string kind)
    {
        foreach (var matched in _kinds)
        {
            if (matched.Kind.Kind == kind)
            {
                return matched;
            }
        }

        return null;
    }

    /// <summary>Whether this says of the proxy itself what another says.</summary>
    private bool Covers(PolicyMatch other)
    {
        foreach (var theirs in other._kinds)
        {
            var ours = Find(theirs.Kind.Kind);
            if (!Equals(ours?.All.Single, theirs.All.Single))
            {
                return false;
            }

            for (var i = 0; i < theirs.BySection.Length; i++)
            {
                var inbound = ours is not null && i < ours.BySection.Length ? ours.BySection[i].Inbound : InboundRules.None;
                if (!inbound.Equals(theirs.BySection[i].Inbound))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
