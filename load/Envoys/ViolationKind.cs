namespace Mesh.Load.Envoys;

/// <summary>What a server does that a real Envoy would suffer from.</summary>
internal enum ViolationKind
{
    /// <summary>A resource was sent again although the client has it in this version.</summary>
    ResentUnchanged,

    /// <summary>A listener or route configuration sends to a cluster that was never delivered: requests fail.</summary>
    DanglingReference,

    /// <summary>A cluster changed and its load assignment was not sent after it: the cluster stays warming for 15 s.</summary>
    AssignmentNotSentAgain,

    /// <summary>Something was removed that a listener, a route configuration or a cluster still uses.</summary>
    RemovedInUse,

    /// <summary>A resource came that was not asked for.</summary>
    NotAskedFor,

    /// <summary>A response of a type that was not asked for, without a nonce, or that removes what it brings.</summary>
    Malformed,
}
