using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A secret of the whole system.</summary>
public static class GlobalSecretKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "GlobalSecret";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "globalsecrets",
        AliasPath = "global-secrets",
        CliName = "global-secret",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Global Secret",
        PluralDisplayName = "Global Secrets",
        IsFlat = true,
        IsAdminOnly = true,
        SpecType = typeof(SecretSpec),
        Sync = SyncDirections.GlobalToZones,
        Validate = SecretValidator.Validate,
    };
}
