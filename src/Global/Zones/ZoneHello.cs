namespace Mesh.Global.Zones;

/// <summary>What a zone's control plane shows when it opens a stream.</summary>
/// <param name="Zone">Name of the zone, authenticated where authentication is on.</param>
/// <param name="StoreId">Id of its store; empty: its control plane tells none.</param>
/// <param name="Version">Version of its control plane.</param>
/// <param name="IsTokenProvided">It showed a token.</param>
public sealed record ZoneHello(string Zone, string StoreId, string Version, bool IsTokenProvided);
