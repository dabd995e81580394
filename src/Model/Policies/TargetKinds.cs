namespace Mesh.Model.Policies;

/// <summary>Kinds that a <see cref="TargetRef"/> can name (contract §2.1).</summary>
public static class TargetKinds
{
    /// <summary>Everything in the mesh.</summary>
    public const string Mesh = "Mesh";
    /// <summary>Proxies, by their labels.</summary>
    public const string Dataplane = "Dataplane";
    /// <summary>Services of one zone.</summary>
    public const string MeshService = "MeshService";
    /// <summary>Services outside the mesh.</summary>
    public const string MeshExternalService = "MeshExternalService";
    /// <summary>Services across zones.</summary>
    public const string MeshMultiZoneService = "MeshMultiZoneService";
    /// <summary>HTTP routes.</summary>
    public const string MeshHTTPRoute = "MeshHTTPRoute";
}
