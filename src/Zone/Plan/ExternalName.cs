namespace Mesh.Zone.Plan;

/// <summary>A name that a certificate may carry.</summary>
/// <param name="Value">The name, or what it begins with.</param>
/// <param name="IsPrefix">It is what the name begins with.</param>
public sealed record ExternalName(string Value, bool IsPrefix);
