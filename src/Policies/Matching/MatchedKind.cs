using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>What the policies of one kind say about one proxy.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="All">Every policy that selects it.</param>
/// <param name="Whole">Those that select all of it, not one inbound.</param>
/// <param name="BySection">By inbound or listener (<c>address:port</c>), in the order of the Dataplane.</param>
internal sealed record MatchedKind(ResourceDescriptor Kind, DocumentSet All, DocumentSet Whole, KeyValuePair<string, DocumentSet>[] BySection);
