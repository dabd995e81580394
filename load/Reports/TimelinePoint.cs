namespace Mesh.Load.Reports;

/// <summary>A server at a moment of its run.</summary>
/// <param name="Seconds">Since the run began.</param>
/// <param name="CpuPercent">Of one processor.</param>
/// <param name="ResidentMegabytes">Its memory.</param>
/// <param name="ResponsesPerSecond">Responses that arrived.</param>
/// <param name="Open">Open streams.</param>
internal sealed record TimelinePoint(double Seconds, double CpuPercent, double ResidentMegabytes, double ResponsesPerSecond, long Open);
