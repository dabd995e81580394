namespace Mesh.Cli.Demo.Zones;

/// <summary>What a demo of several zones is asked for.</summary>
/// <param name="Zones">How many zones.</param>
/// <param name="Script">Steps to take, see <see cref="DemoScript"/>; null: keys, or calls alone.</param>
/// <param name="Calls">Rounds of calls; 0: no end.</param>
/// <param name="Interval">Pause between rounds.</param>
internal sealed record ZonesDemoOptions(int Zones, string? Script, int Calls, TimeSpan Interval);
