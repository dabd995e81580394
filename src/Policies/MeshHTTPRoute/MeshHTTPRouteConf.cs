namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>What all MeshHTTPRoutes of a proxy say about one destination.</summary>
public sealed record MeshHTTPRouteConf
{
    /// <summary>The merged rules.</summary>
    public IReadOnlyList<HttpRouteRule>? Rules { get; init; }
}
