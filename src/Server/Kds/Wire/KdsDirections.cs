namespace Mesh.Server.Kds.Wire;

/// <summary>Directions of resources, as shown in insights and metrics.</summary>
internal static class KdsDirections
{
    /// <summary>From Global to a zone.</summary>
    public const string GlobalToZone = "GlobalToZone";

    /// <summary>From a zone to Global.</summary>
    public const string ZoneToGlobal = "ZoneToGlobal";
}
