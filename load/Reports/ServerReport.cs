namespace Mesh.Load.Reports;

/// <summary>What one server did in a run.</summary>
internal sealed record ServerReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The steps.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }

    /// <summary>The server over time.</summary>
    public required IReadOnlyList<TimelinePoint> Timeline { get; init; }

    /// <summary>What it did wrong: number by kind.</summary>
    public required IReadOnlyDictionary<string, long> Violations { get; init; }

    /// <summary>Some of that, in words.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Why a stream was lost; null: none was.</summary>
    public string? LastLoss { get; init; }

    /// <summary>What it said when it last ended a stream whose connection lasted; null: it did not.</summary>
    public string? LastEnd { get; init; }

    /// <summary>Why it was not measured to the end; null: it was.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it was measured and did nothing wrong.</summary>
    public bool IsGood => Failure is null && Violations.Values.All(count => count == 0);

    /// <summary>Of a server that was not measured.</summary>
    public static ServerReport Of(string name, string failure) =>
        new() { Name = name, Steps = [], Timeline = [], Violations = new Dictionary<string, long>(), Examples = [], Failure = failure };

    /// <summary>A metric as <c>STEP.METRIC</c>; null: there is none.</summary>
    public double? Find(string metric)
    {
        var dot = metric.IndexOf('.', StringComparison.Ordinal);
        var step = Steps.FirstOrDefault(s => dot > 0 && s.Name == metric[..dot]);
        return step is not null && step.Metrics.TryGetValue(metric[(dot + 1)..], out var value) ? value : null;
    }
}
