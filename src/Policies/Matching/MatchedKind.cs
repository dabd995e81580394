using System.Runtime.CompilerServices;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>What the policies of one kind say about proxies that they select in the same way. Equal when its sets are the same objects.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="All">Every policy that selects the proxy.</param>
/// <param name="Whole">Those that select all of it, not one inbound.</param>
/// <param name="BySection">Those about each inbound or listener, in the order of the Dataplane; none for kinds without rules.</param>
internal sealed record MatchedKind(ResourceDescriptor Kind, DocumentSet All, DocumentSet Whole, DocumentSet[] BySection)
{
    public bool Equals(MatchedKind? other)
    {
        if (other is null || !ReferenceEquals(Kind, other.Kind) || !ReferenceEquals(All, other.All) || !ReferenceEquals(Whole, other.Whole)
            || BySection.Length != other.BySection.Length)
        {
            return false;
        }

        for (var i = 0; i < BySection.Length; i++)
        {
            if (!ReferenceEquals(BySection[i], other.BySection[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(RuntimeHelpers.GetHashCode(All));
        hash.Add(RuntimeHelpers.GetHashCode(Whole));
        foreach (var documents in BySection)
        {
            hash.Add(RuntimeHelpers.GetHashCode(documents));
        }

        return hash.ToHashCode();
    }
}
