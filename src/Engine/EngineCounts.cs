namespace Mesh.Engine;

/// <summary>Sizes of an engine at one moment.</summary>
/// <param name="Resources">Distinct resources held.</param>
/// <param name="ResourceBytes">Their bytes.</param>
/// <param name="Slices">Distinct slices held.</param>
/// <param name="Names">Names referenced.</param>
/// <param name="Proxies">Proxies with a snapshot or a stream.</param>
/// <param name="Retired">Snapshots that wait for a reader to leave.</param>
/// <param name="Chunks">Distinct runs of entries that slices are made of.</param>
public readonly record struct EngineCounts(int Resources, long ResourceBytes, int Slices, int Names, int Proxies, int Retired, int Chunks = 0);
