namespace Mesh.Zone.Lifecycle;

/// <summary>Types of resources that are counted in a proxy's insight.</summary>
public enum ResponseKind
{
    /// <summary>Counted in the total only (secrets and others).</summary>
    Other,

    /// <summary>Clusters.</summary>
    Cluster,

    /// <summary>Load assignments.</summary>
    Endpoint,

    /// <summary>Listeners.</summary>
    Listener,

    /// <summary>Route configurations.</summary>
    Route,
}
