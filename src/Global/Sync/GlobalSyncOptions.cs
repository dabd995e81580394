namespace Mesh.Global.Sync;

/// <summary>How Global exchanges resources with zones.</summary>
public sealed record GlobalSyncOptions
{
    /// <summary>Labels that begin with one of these are not sent to zones (<c>KMESH_MULTIZONE_GLOBAL_KDS_LABELS_SKIP_PREFIXES</c>). Default: none.</summary>
    public IReadOnlyList<string> SkippedLabelPrefixes { get; init; } = [];

    /// <summary>Removals that are remembered per kind for zones that were away. Default 65,536.</summary>
    public int RememberedRemovals { get; init; } = 65_536;

    /// <summary>Pause after watching the store broke off. Default 5 s.</summary>
    public TimeSpan WatchPause { get; init; } = TimeSpan.FromSeconds(5);
}
