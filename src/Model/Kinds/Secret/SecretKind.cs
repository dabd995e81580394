using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A secret of a mesh.</summary>
public static class SecretKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "Secret";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "secrets",
        CliName = "secret",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Secret",
        PluralDisplayName = "Secrets",
        IsFlat = true,
        IsAdminOnly = true,
        SpecType = typeof(SecretSpec),
        Sync = SyncDirections.GlobalToZones,
        Validate = SecretValidator.Validate,
    };
}
