namespace Mesh.Identity.Tokens;

/// <summary>What a zone token may be used for.</summary>
public static class ZoneTokenScopes
{
    /// <summary>The zone's control plane.</summary>
    public const string ControlPlane = "cp";

    /// <summary>Zone ingresses.</summary>
    public const string Ingress = "ingress";

    /// <summary>Zone egresses.</summary>
    public const string Egress = "egress";

    /// <summary>All scopes, which is what a token has that names none.</summary>
    public static IReadOnlyList<string> All { get; } = [ControlPlane, Ingress, Egress];
}
