namespace Mesh.Zone.View;

/// <summary>What a batch leaves to be worked out again about services. Used by one thread.</summary>
internal sealed class ServiceWork
{
    /// <summary>MeshServices whose endpoints may differ, by name.</summary>
    internal HashSet<string> MeshServices { get; } = new(StringComparer.Ordinal);

    /// <summary>MeshMultiZoneServices that may be made of others now, by name.</summary>
    internal HashSet<string> MultiZoneServices { get; } = new(StringComparer.Ordinal);

    /// <summary>The ways into other zones may differ.</summary>
    internal bool ZoneAddresses { get; set; }

    /// <summary>The zone egresses, or what they are called, may differ.</summary>
    internal bool Egresses { get; set; }

    /// <summary>What holds for all services of other zones may differ.</summary>
    internal bool AllRemote { get; set; }
}
