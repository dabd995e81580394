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
    public void GrownPercent_OnePeak_IsNotGrowth() =>
        Assert.Equal(0, SoakStep.GrownPercent([100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 900, 100]));
}
