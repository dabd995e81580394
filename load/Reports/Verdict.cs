using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Reports;

/// <summary>How a target was met.</summary>
/// <param name="Metric"><c>STEP.METRIC</c>.</param>
/// <param name="Of">What the value is a multiple of; empty: it is as measured.</param>
/// <param name="Value">The value; null: it could not be measured.</param>
/// <param name="AtLeast">Least that is asked.</param>
/// <param name="Aim">What is aimed at.</param>
internal sealed record Verdict(string Metric, string Of, double? Value, double AtLeast, double? Aim)
{
    /// <summary>Whether the least that is asked is met.</summary>
    public bool IsMet => Value <= AtLeast;

    /// <summary>Whether what is aimed at is met.</summary>
    public bool IsAimMet => Value <= (Aim ?? AtLeast);

    /// <summary>What a table says of it.</summary>
    public string Word => IsAimMet ? "aim met" : IsMet ? "met" : Value is null ? "not measured" : "missed";

    /// <summary>Judges the targets of a scenario for the first server.</summary>
    public static IReadOnlyList<Verdict> Judge(Scenario scenario, IReadOnlyList<ServerReport> servers, KernelFloor? floor) =>
        [.. scenario.Targets.Select(target => new Verdict(target.Metric, target.Of, Measure(target, servers, floor), target.AtLeast, target.Aim))];

    private static double? Measure(TargetSpec target, IReadOnlyList<ServerReport> servers, KernelFloor? floor)
    {
        var value = servers[0].Find(target.Metric);
        if (target.Of.Length == 0)
        {
            return value;
        }

        var metric = target.Metric[(target.Metric.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var unit = target.Of == "floor" ? floor?.MeanMilliseconds
            : servers.FirstOrDefault(server => server.Name == target.Of)?.Find(target.Metric) ?? servers[0].Find($"{target.Of}.{metric}");
        return unit > 0 ? value / unit : null;
    }
}
