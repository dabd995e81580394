namespace Mesh.Sync.Rules;

/// <summary>Between whom resources travel.</summary>
public enum SyncDirection
{
    /// <summary>From Global to a zone.</summary>
    GlobalToZone,

    /// <summary>From a zone to Global.</summary>
    ZoneToGlobal,
}
