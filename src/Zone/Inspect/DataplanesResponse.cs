namespace Mesh.Zone.Inspect;

/// <summary>Answer to questions for proxies: those that a policy selects, those behind a service.</summary>
/// <param name="Total">Count of all, whatever page this is.</param>
/// <param name="Items">The proxies, by name.</param>
public sealed record DataplanesResponse(int Total, IReadOnlyList<ResourceMeta> Items);
