using System.Text.Json.Serialization;

namespace Mesh.Server.Settings;

/// <summary><c>defaults</c>: what a new control plane creates by itself.</summary>
public sealed record DefaultsSettings
{
    /// <summary>Leaves out the Mesh <c>default</c>.</summary>
    public bool SkipMeshCreation { get; init; }

    /// <summary>Leaves out everything of an empty store: signing keys, the administrator's token, the Zone and what is above and below.</summary>
    public bool SkipTenantResources { get; init; }

    /// <summary>Leaves out the HostnameGenerators.</summary>
    [JsonPropertyName("SkipHostnameGenerators")]
    public bool SkipHostnameGenerators { get; init; }
}
