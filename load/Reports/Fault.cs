using System.Collections.Frozen;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Reports;

/// <summary>A metric that must be 0 whatever a scenario asks for, and is not: something was not delivered, or lost.</summary>
/// <param name="Metric"><c>STEP.METRIC</c>.</param>
/// <param name="Value">The value.</param>
internal sealed record Fault(string Metric, double Value)
{
    private const string Lost = "lost";

    private static readonly FrozenSet<string> _names = FrozenSet.Create("missed", "incomplete", "unsettled", "diverged", Lost);

    /// <summary>
    /// The faults of a server. Not of them: what a scenario has a target for, for that is judged there, and connections that were lost while some of
    /// them read nothing, for a server may part with those, or because the server was killed.
    /// </summary>
    public static IReadOnlyList<Fault> Find(Scenario scenario, ServerReport server)
    {
        var mayLose = StepsThatMayLose(scenario);
        var isFirst = scenario.Servers[0].Label == server.Name;
        return
        [
            .. server.Steps.SelectMany((step, i) => step.Metrics
                .Where(metric => metric.Value != 0 && _names.Contains(metric.Key) && !(metric.Key == Lost && i < mayLose.Count && mayLose[i]))
                .Select(metric => new Fault($"{step.Name}.{metric.Key}", metric.Value))
                .Where(fault => !isFirst || !scenario.Targets.Any(target => target.Metric == fault.Metric && target.Of.Length == 0))),
        ];
    }

    private static List<bool> StepsThatMayLose(Scenario scenario)
    {
        var mayLose = new List<bool>();
        var isStalled = false;
        foreach (var step in scenario.Steps)
        {
            var wasStalled = isStalled;
            isStalled = step.Do == StepKind.Stall ? step.OneOf > 0 : isStalled && step.Do != StepKind.Reconnect;
            mayLose.Add(wasStalled || isStalled || step.Do == StepKind.Restart);
        }

        return mayLose;
    }
}
