namespace Mesh.Server.Settings;

/// <summary><c>store</c>: where resources live.</summary>
public sealed record StoreSettings
{
    /// <summary><c>embedded</c> (files in <see cref="DataDir"/>) or <c>memory</c> (gone with the process).</summary>
    public string Type { get; init; } = "embedded";

    /// <summary>Folder of the embedded store. Default <c>./data</c>.</summary>
    public string DataDir { get; init; } = "data";

    /// <summary>
    /// Records beside the embedded store in which versions each proxy has its configuration, so that proxies are recognised
    /// after a restart. It holds fingerprints, no content. Default on.
    /// </summary>
    public bool RecordManifests { get; init; } = true;

    /// <summary>Allows deletions that would break what is running, such as a Zone that is online.</summary>
    public bool UnsafeDelete { get; init; }

    /// <summary>What happens when two writers change a resource at once.</summary>
    public UpsertSettings Upsert { get; init; } = new();

    /// <summary><c>store.upsert</c>.</summary>
    public sealed record UpsertSettings
    {
        /// <summary>Pause before a write in conflict is tried again. Default 200 ms.</summary>
        public TimeSpan ConflictRetryBaseBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

        /// <summary>How often it is tried again. Default 10.</summary>
        public int ConflictRetryMaxTimes { get; init; } = 10;
    }
}
