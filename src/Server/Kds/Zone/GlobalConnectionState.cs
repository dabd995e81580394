namespace Mesh.Server.Kds.Zone;

/// <summary>How a zone's connection to Global is at one moment. Immutable.</summary>
/// <param name="Address">Global's address.</param>
/// <param name="IsConnected">Global answers.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="LastError">What ended the last connection or attempt; null: nothing did.</param>
/// <param name="LastErrorTime">When.</param>
/// <param name="Attempts">Attempts since the last connection.</param>
internal sealed record GlobalConnectionState(
    string Address, bool IsConnected, DateTimeOffset Since, string? LastError, DateTimeOffset? LastErrorTime, int Attempts);
