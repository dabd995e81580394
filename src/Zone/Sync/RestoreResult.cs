namespace Mesh.Zone.Sync;

/// <summary>What became of resources that a zone took back.</summary>
/// <param name="Written">How many were written; others were there, or can never be taken.</param>
/// <param name="Homeless">How many wait for a Mesh that is not there.</param>
/// <param name="IsUnavailable">Whether some were not taken because the store takes no writes now.</param>
public readonly record struct RestoreResult(int Written, int Homeless, bool IsUnavailable);
