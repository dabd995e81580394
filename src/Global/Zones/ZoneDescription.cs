using Mesh.Model.Kinds;

namespace Mesh.Global.Zones;

/// <summary>What a zone's control plane tells about itself in its first request.</summary>
/// <param name="InstanceId">Its process.</param>
/// <param name="Version">Its version in detail; null: not told.</param>
/// <param name="Config">Its settings as JSON text, without secrets; empty: not told.</param>
public sealed record ZoneDescription(string InstanceId, KumaCpVersion? Version, string Config);
