using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>The kinds that are no policies.</summary>
public static class ModelKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResourceDescriptor> All { get; } =
    [
        MeshKind.Resource,
        DataplaneKind.Resource,
        DataplaneInsightKind.Resource,
        MeshServiceKind.Resource,
        MeshMultiZoneServiceKind.Resource,
        MeshExternalServiceKind.Resource,
        MeshIdentityKind.Resource,
        MeshTrustKind.Resource,
        MeshZoneAddressKind.Resource,
        WorkloadKind.Resource,
        MeshOpenTelemetryBackendKind.Resource,
        HostnameGeneratorKind.Resource,
        ZoneKind.Resource,
        ZoneInsightKind.Resource,
        MeshInsightKind.Resource,
        ServiceInsightKind.Resource,
        SecretKind.Resource,
        GlobalSecretKind.Resource,
        ConfigKind.Resource,
    ];
}
