namespace Mesh.Server.DataPlane;

/// <summary>What can be asked of the Envoy of a proxy.</summary>
internal enum ProxyQuestionKind
{
    /// <summary>Its configuration, as JSON.</summary>
    ConfigDump,

    /// <summary>Its statistics.</summary>
    Stats,

    /// <summary>Its clusters and their endpoints.</summary>
    Clusters,
}
