namespace Mesh.Zone.Ingest;

/// <summary>Which proxy: the mesh and name of its Dataplane.</summary>
/// <param name="Mesh">Mesh name.</param>
/// <param name="Name">Name of the Dataplane.</param>
public readonly record struct ProxyKey(string Mesh, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Mesh}/{Name}";
}
