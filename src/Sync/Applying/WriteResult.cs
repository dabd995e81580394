namespace Mesh.Sync.Applying;

/// <summary>What became of one write.</summary>
public enum WriteResult
{
    /// <summary>The store changed.</summary>
    Written,

    /// <summary>The store had it so already.</summary>
    Unchanged,

    /// <summary>It was not taken.</summary>
    Refused,

    /// <summary>It was not taken because the store takes no writes now.</summary>
    Unavailable,

    /// <summary>Its Mesh, or its Zone, is not there yet.</summary>
    OwnerMissing,
}
