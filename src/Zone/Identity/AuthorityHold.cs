namespace Mesh.Zone.Identity;

/// <summary>An authority follows another one whose key was lost: who has a certificate of that one keeps it until peers have heard of the new one.</summary>
/// <param name="Since">Dataplanes that were there then may have one; others get a certificate at once.</param>
/// <param name="Until">When everybody gets a certificate of the new authority.</param>
internal sealed record AuthorityHold(DateTimeOffset Since, DateTimeOffset Until);
