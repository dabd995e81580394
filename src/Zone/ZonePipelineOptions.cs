using Mesh.Zone.Plan;

namespace Mesh.Zone;

/// <summary>Settings of the pipeline.</summary>
public sealed class ZonePipelineOptions
{
    /// <summary>Name of this zone. Default <c>default</c>.</summary>
    public string Zone { get; init; } = "default";

    /// <summary>Environment of this zone: <c>universal</c> (default) or <c>kubernetes</c>.</summary>
    public string Environment { get; init; } = "universal";

    /// <summary>How many proxies are planned and compiled at a time, over all meshes. Default: the number of processors.</summary>
    public int Workers { get; init; } = System.Environment.ProcessorCount;

    /// <summary>Pause before the store is watched again after the watch broke off. Default 1 s.</summary>
    public TimeSpan WatchPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What shapes every proxy's configuration.</summary>
    public PlanOptions Plan { get; init; } = new();
}
