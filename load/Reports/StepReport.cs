using HdrHistogram;

namespace Mesh.Load.Reports;

/// <summary>What one step showed.</summary>
internal sealed record StepReport
{
    /// <summary>Name of the step.</summary>
    public required string Name { get; init; }

    /// <summary>What it did.</summary>
    public required string Does { get; init; }

    /// <summary>Values by name; units are in the README's table.</summary>
    public IDictionary<string, double> Metrics { get; init; } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Distributions by name.</summary>
    public IDictionary<string, IReadOnlyList<PercentilePoint>> Distributions { get; init; } =
        new SortedDictionary<string, IReadOnlyList<PercentilePoint>>(StringComparer.Ordinal);

    /// <summary>Of each round, when the last proxy had the change; milliseconds.</summary>
    public IReadOnlyList<double> Rounds { get; init; } = [];

    /// <summary>Adds how old changes were when they arrived.</summary>
    /// <param name="ages">Microseconds; may be empty.</param>
    public void AddAges(LongHistogram ages)
    {
        if (ages.TotalCount > 0)
        {
            Metrics["ageP50"] = ages.GetValueAtPercentile(50) / 1000.0;
            Metrics["ageP99"] = ages.GetValueAtPercentile(99) / 1000.0;
            Metrics["ageMax"] = ages.GetValueAtPercentile(100) / 1000.0;
            Distributions["age on arrival"] = PercentilePoint.Of(ages);
        }
    }
}
