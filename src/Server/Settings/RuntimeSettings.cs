namespace Mesh.Server.Settings;

/// <summary><c>runtime</c>: what depends on where proxies run.</summary>
public sealed record RuntimeSettings
{
    /// <summary>On VMs and bare metal.</summary>
    public UniversalSettings Universal { get; init; } = new();

    /// <summary><c>runtime.universal</c>.</summary>
    public sealed record UniversalSettings
    {
        /// <summary>After how long an offline Dataplane is removed. Default 72 h.</summary>
        public TimeSpan DataplaneCleanupAge { get; init; } = TimeSpan.FromHours(72);

        /// <summary>Workloads.</summary>
        public WorkloadSettings Workload { get; init; } = new();
    }

    /// <summary><c>runtime.universal.workload</c>.</summary>
    public sealed record WorkloadSettings
    {
        /// <summary>Longest time until a new workload has its resource; here it has it at once. Default 2 s.</summary>
        public TimeSpan GenerationInterval { get; init; } = TimeSpan.FromSeconds(2);
    }
}
