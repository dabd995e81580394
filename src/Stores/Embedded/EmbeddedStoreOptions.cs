namespace Mesh.Stores.Embedded;

/// <summary>Settings of the embedded store.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>Folder it lives in; made where it is not there. One process at a time. Default <c>./data</c>.</summary>
    public string DataDirectory { get; init; } = "./data";

    /// <summary>Most writes that share one flush to disk. Default 1024.</summary>
    public int MaxBatch { get; init; } = 1024;

    /// <summary>The log is rewritten when dead bytes outweigh live ones and it is longer than this. Default 16 MiB.</summary>
    public long CompactionMinimumBytes { get; init; } = 16 << 20;

    /// <summary>How many deletions a watch can resume across. Default 65,536.</summary>
    public int KeptDeletions { get; init; } = 65_536;
}
