namespace Mesh.Zone.Inspect;

/// <summary>Answer to <c>_hostnames</c>.</summary>
/// <param name="Total">Count of names.</param>
/// <param name="Items">Names in the order of their generators.</param>
public sealed record HostnamesResponse(int Total, IReadOnlyList<HostnameEntry> Items);

/// <summary>One name of a service.</summary>
/// <param name="Hostname">The name.</param>
/// <param name="Zones">Zones in which it resolves.</param>
public sealed record HostnameEntry(string Hostname, IReadOnlyList<HostnameZone> Zones);

/// <summary>Names a zone.</summary>
/// <param name="Name">Its name.</param>
public sealed record HostnameZone(string Name);
