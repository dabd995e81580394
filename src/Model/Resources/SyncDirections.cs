namespace Mesh.Model.Resources;

/// <summary>Between which control planes a kind travels (contract §1, "KDS flag vocabulary"). The numbers are the contract's.</summary>
[Flags]
public enum SyncDirections
{
    /// <summary>Stays in the control plane where it was written.</summary>
    None = 0,
    /// <summary>A zone reads it.</summary>
    ConsumedByZone = 1,
    /// <summary>Global reads it.</summary>
    ConsumedByGlobal = 4,
    /// <summary>A zone may author it.</summary>
    ProvidedByZone = 8,
    /// <summary>Global may author it.</summary>
    ProvidedByGlobal = 16,
    /// <summary>What one zone authored reaches the other zones.</summary>
    SyncedAcrossZones = 32,
    /// <summary>Authored in a zone, shown in Global.</summary>
    ZoneToGlobal = ConsumedByGlobal | ProvidedByZone,
    /// <summary>Authored in Global, used in zones.</summary>
    GlobalToZones = ProvidedByGlobal | ConsumedByZone,
}
