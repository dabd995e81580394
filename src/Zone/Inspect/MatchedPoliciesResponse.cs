namespace Mesh.Zone.Inspect;

/// <summary>Answer to <c>policies</c> of a proxy, the older form of inspection.</summary>
/// <param name="Kind">Always <c>SidecarDataplane</c>.</param>
/// <param name="Total">Count of <paramref name="Items"/>.</param>
/// <param name="Items">One item.</param>
public sealed record MatchedPoliciesResponse(string Kind, int Total, IReadOnlyList<MatchedPoliciesEntry> Items);

/// <summary>Policies that select a proxy.</summary>
/// <param name="Type">Always <c>dataplane</c>.</param>
/// <param name="MatchedPolicies">By kind, weakest first.</param>
public sealed record MatchedPoliciesEntry(string Type, IReadOnlyDictionary<string, IReadOnlyList<MatchedPolicyEntry>> MatchedPolicies);

/// <summary>One policy.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Mesh">Its mesh.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreationTime">When it was created.</param>
/// <param name="ModificationTime">When it was last written.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Kri">Its KRI.</param>
public sealed record MatchedPolicyEntry(
    string Type, string Mesh, string Name, DateTimeOffset CreationTime, DateTimeOffset ModificationTime, IReadOnlyDictionary<string, string> Labels, string Kri);
