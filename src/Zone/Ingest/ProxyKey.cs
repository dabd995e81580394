namespace Mesh.Zone.Ingest;

/// <summary>Which proxy: the mesh and name of its Dataplane.</summary>
/// <param name="Mesh">Mesh name.</param>
/// <param name="Name">Name of the Dataplane.</param>
public readonly record struct ProxyKey(string Mesh, string Name)
{
    /// <summary>
    /// Under this id the engine keeps the proxy's snapshot. Neither part holds a slash, so no two proxies share one.
    /// </summary>
    public string EngineId => $"{Mesh}/{Name}";

    /// <inheritdoc/>
    public override string ToString() => EngineId;
}
