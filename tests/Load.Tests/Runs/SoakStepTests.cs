using Mesh.Load.Measuring;
using Mesh.Load.Runs;
using Mesh.Load.Scenarios;
using Mesh.Load.Tests.Fleets;

namespace Mesh.Load.Tests.Runs;

public sealed class SoakStepTests
{
    [Fact]
    public void GrownPercent_OnlyTheFirstFifthGrows_IsNothing() =>
        Assert.Equal(0, SoakStep.GrownPercent([10, 60, 100, 100, 100, 100, 100, 100, 100, 100]));

    [Fact]
    public void GrownPercent_GrowsAllTheTime_IsByHowMuch() =>
        Assert.Equal(70, SoakStep.GrownPercent([90, 90, 100, 100, 110, 120, 130, 140, 170, 170]));

    [Fact]
    public void OldestGrown_BeforeTheSecondCollection_DoesNotCount() =>
        Assert.Equal(5, SoakStep.OldestGrown([Figures(1, 10), Figures(2, 70), Figures(3, 100), Figures(4, 102), Figures(6, 105)]));

    [Fact]
    public void OldestGrown_HardlyCollected_IsNothing() => Assert.Equal(0, SoakStep.OldestGrown([Figures(1, 10), Figures(2, 70)]));

    [Fact]
    public void OldestGrown_NoGenerations_IsUnknown() => Assert.Null(SoakStep.OldestGrown([new RuntimeFigures(1, 1, [4], null)]));

    [Fact]
    public void GrownPercent_OnePeak_IsNotGrowth() =>
        Assert.Equal(0, SoakStep.GrownPercent([100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 900, 100]));

    [Fact]
    public async Task Calibration_OfWhichAChangeMisses_IsReported()
    {
        var scenario = FleetTests.Scenario(10, tls: false);
        await using var server = await FleetTests.StartAsync(scenario);
        using var fleet = FleetTests.NewFleet(server, scenario, "delta", 1);
        await FleetTests.ConnectAsync(fleet);
        var context = new StepContext { Server = server, Fleet = fleet, Scenario = scenario, Cancellation = TestContext.Current.CancellationToken };
        // It concerns one of them, and nobody waits for the others.
        var report = await SoakStep.RunAsync(context, new StepSpec { Do = StepKind.Soak, Kind = "eds", Count = 1, Patience = 0 });
        var (name, value) = Assert.Single(report.Metrics);
        Assert.Equal("missed", name);
        Assert.InRange(value, 9, 10);
    }

    private static RuntimeFigures Figures(int gen1, long oldest) => new(oldest, oldest, [2 * gen1, gen1, 0], oldest);
}
