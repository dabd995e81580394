namespace Mesh.Model.Kinds;

/// <summary>State of a MeshTrust.</summary>
public sealed record MeshTrustStatus
{
    /// <summary>What it was made from; null: written by a user.</summary>
    public MeshTrustOrigin? Origin { get; init; }
}

/// <summary>What a MeshTrust was made from.</summary>
public sealed record MeshTrustOrigin
{
    /// <summary>KRI of the MeshIdentity.</summary>
    public string? Kri { get; init; }
}
