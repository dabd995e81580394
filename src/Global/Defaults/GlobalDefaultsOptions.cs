namespace Mesh.Global.Defaults;

/// <summary>What a Global leaves out of what it creates at its start.</summary>
public sealed record GlobalDefaultsOptions
{
    /// <summary>Creates no Mesh <c>default</c>. Default false.</summary>
    public bool SkipMeshCreation { get; init; }

    /// <summary>Creates no HostnameGenerators. Default false.</summary>
    public bool SkipHostnameGenerators { get; init; }

    /// <summary>Makes an administrator's token at the first start. Default true.</summary>
    public bool BootstrapAdminToken { get; init; } = true;
}
