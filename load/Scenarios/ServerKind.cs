namespace Mesh.Load.Scenarios;

/// <summary>Servers that a scenario can measure.</summary>
internal enum ServerKind
{
    /// <summary>Our engine and discovery host with generated snapshots: the push path alone.</summary>
    Engine,

    /// <summary>Our whole control plane.</summary>
    Mesh,

    /// <summary>Our global control plane, to which zones connect.</summary>
    Global,

    /// <summary>go-control-plane, of the reference material.</summary>
    Peer,

    /// <summary>A server that runs already.</summary>
    Address,
}
