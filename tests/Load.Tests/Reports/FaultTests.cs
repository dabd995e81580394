using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Tests.Reports;

public sealed class FaultTests
{
    [Theory]
    [InlineData("missed")]
    [InlineData("incomplete")]
    [InlineData("unsettled")]
    [InlineData("diverged")]
    [InlineData("lost")]
    public void Metric_ThatMustBeNothing_IsAFaultWhenItIsNot(string metric)
    {
        var report = Report([new StepSpec { Do = StepKind.Connect }], (metric, 3));
        Assert.Equal([new Fault($"connect.{metric}", 3)], report.FaultsOf(report.Servers[0]));
        Assert.False(report.IsGood);
        Assert.Contains($"| x | connect.{metric} of engine | 3 | | | | 0 | | **missed** |", SummaryTable.Write([report]), StringComparison.Ordinal);
        Assert.Contains($"connect.{metric}<td class=\"n no\">3", HtmlReport.Write(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lost", 0)]
    [InlineData("refused", 7)]
    [InlineData("retries", 7)]
    [InlineData("away", 7)]
    public void Metric_ThatMayBeSomething_IsNone(string metric, double value) =>
        Assert.True(Report([new StepSpec { Do = StepKind.Connect }], (metric, value)).IsGood);

    [Fact]
    public void Fault_OfThePeer_IsNotJudged()
    {
        var report = Report([new StepSpec { Do = StepKind.Connect }], ("missed", 3));
        report = report with { Scenario = report.Scenario with { Servers = [new ServerSpec { Kind = ServerKind.Peer, Name = "engine" }] } };
        Assert.True(report.IsGood);
    }

    [Fact]
    public void Metric_WithATarget_IsJudgedThere()
    {
        var report = Report([new StepSpec { Do = StepKind.Connect }], ("lost", 3));
        report = report with { Scenario = report.Scenario with { Targets = [new TargetSpec { Metric = "connect.lost", AtLeast = 5 }] } };
        Assert.True(report.IsGood);
    }

    [Fact]
    public void Connections_LostWhileSomeReadNothing_AreNone()
    {
        StepSpec[] steps =
        [
            new() { Do = StepKind.Connect },
            new() { Do = StepKind.Stall, OneOf = 100 },
            new() { Do = StepKind.Change },
            new() { Do = StepKind.Stall, Name = "read" },
            new() { Do = StepKind.Restart },
            new() { Do = StepKind.Rest },
        ];
        var report = Report(steps, ("lost", 1));
        Assert.Equal(["connect.lost", "rest.lost"], report.FaultsOf(report.Servers[0]).Select(fault => fault.Metric));
    }

    private static RunReport Report(IReadOnlyList<StepSpec> steps, params (string Name, double Value)[] metrics) => new()
    {
        Began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Scenario = new Scenario { Name = "x", Servers = [new ServerSpec { Kind = ServerKind.Engine }], Steps = steps },
        LoadAverage = 0,
        Servers =
        [
            new ServerReport
            {
                Name = "engine",
                Steps = [.. steps.Select(step => new StepReport { Name = step.Label, Does = "something", Metrics = metrics.ToDictionary(m => m.Name, m => m.Value) })],
                Timeline = [],
                Violations = new Dictionary<string, long>(),
                Examples = [],
            },
        ],
        Verdicts = [],
    };
}
