namespace Mesh.Global.Zones;

/// <summary>The streams that a zone opens.</summary>
public enum ZoneStreamKind
{
    /// <summary>Resources from Global.</summary>
    GlobalToZone,

    /// <summary>Resources to Global.</summary>
    ZoneToGlobal,

    /// <summary>Configurations of proxies.</summary>
    ConfigDump,

    /// <summary>Statistics of proxies.</summary>
    Stats,

    /// <summary>Clusters of proxies.</summary>
    Clusters,
}
