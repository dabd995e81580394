namespace Mesh.Load.Envoys;

/// <summary>Whether the stream of a virtual Envoy is there.</summary>
internal enum StreamPresence
{
    /// <summary>It was not opened until now.</summary>
    None,

    /// <summary>It is open.</summary>
    Open,

    /// <summary>The server ended it, and its connection is there: it waits to be opened again.</summary>
    Ended,

    /// <summary>Its connection was lost: it waits to be opened on another one.</summary>
    Lost,
}
