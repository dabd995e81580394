using Mesh.Load.Measuring;
using Mesh.Load.Runs;

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

    private static RuntimeFigures Figures(int gen1, long oldest) => new(oldest, oldest, [2 * gen1, gen1, 0], oldest);
}
