using HdrHistogram;

namespace Mesh.Load.Reports;

/// <summary>A point of a distribution.</summary>
/// <param name="Percentile">0 to 100.</param>
/// <param name="Milliseconds">Value there.</param>
internal sealed record PercentilePoint(double Percentile, double Milliseconds)
{
    private static readonly double[] _percentiles = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100];

    /// <summary>Points of a histogram of microseconds.</summary>
    public static IReadOnlyList<PercentilePoint> Of(LongHistogram histogram) => histogram.TotalCount == 0
        ? []
        : [.. _percentiles.Select(p => new PercentilePoint(p, histogram.GetValueAtPercentile(p) / 1000.0))];
}
