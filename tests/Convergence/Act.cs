namespace Mesh.Convergence;

/// <summary>What happens in one step of a history.</summary>
internal enum Act
{
    /// <summary>Global writes a Mesh.</summary>
    PutMesh,

    /// <summary>Global deletes a Mesh and all that is in it.</summary>
    DeleteMesh,

    /// <summary>Global writes a policy or a secret.</summary>
    PutGiven,

    /// <summary>Global deletes one.</summary>
    DeleteGiven,

    /// <summary>An operator enables a zone, or disables it.</summary>
    EnableZone,

    /// <summary>An operator deletes a zone, connected or not; it comes back as soon as somebody enables it or the zone connects.</summary>
    DeleteZone,

    /// <summary>A zone writes a service, a proxy, a trust or a producer policy.</summary>
    PutOwn,

    /// <summary>A zone deletes one.</summary>
    DeleteOwn,

    /// <summary>A zone connects where it is cut off.</summary>
    Connect,

    /// <summary>A zone's connection breaks, with everything that was on its way.</summary>
    Cut,

    /// <summary>A zone's control plane restarts over its store.</summary>
    RestartZone,

    /// <summary>Global restarts over its store.</summary>
    RestartGlobal,

    /// <summary>Some messages of one zone arrive, in an order among streams of their own.</summary>
    Deliver,

    /// <summary>All messages of all zones arrive.</summary>
    Settle,

    /// <summary>Time passes.</summary>
    Wait,
}
