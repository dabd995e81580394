using Mesh.Cli.Demo.Zones;

namespace Mesh.Cli.Tests.Demo;

public sealed class DemoScriptTests
{
    private static readonly Dictionary<string, string> _parts = new()
    {
        ["check-in-api-1"] = "check-in-api-1",
        ["check-in-api"] = "check-in-api-1",
        ["zone-1"] = "zone-1",
        ["global"] = "global",
    };

    [Fact]
    public void Script_StepsInOrder_AreReadWithFullNames()
    {
        var steps = DemoScript.Parse("kill check-in-api; wait 1m500ms;\n start check-in-api ;; kill global; until check-in-api  in zone-2", _parts);

        Assert.Equal(
            [
                new DemoStep(DemoVerb.Kill, "check-in-api-1", TimeSpan.Zero),
                new DemoStep(DemoVerb.Wait, "", TimeSpan.FromSeconds(60.5)),
                new DemoStep(DemoVerb.Start, "check-in-api-1", TimeSpan.Zero),
                new DemoStep(DemoVerb.Kill, "global", TimeSpan.Zero),
                new DemoStep(DemoVerb.Until, "check-in-api in zone-2", TimeSpan.Zero),
            ],
            steps);
    }

    [Fact]
    public void Script_SeveralFaults_TellsAllWithTheirSteps()
    {
        var error = Assert.Throws<CliException>(() => DemoScript.Parse("kill tower; wait soon; jump zone-1; kill zone-1; start", _parts));

        Assert.Equal(ExitCodes.Usage, error.ExitCode);
        Assert.Contains("step 1, 'kill tower': there is no part 'tower'; parts are check-in-api-1, zone-1, global", error.Message, StringComparison.Ordinal);
        Assert.Contains("step 2, 'wait soon': 'soon' is no duration", error.Message, StringComparison.Ordinal);
        Assert.Contains("step 3, 'jump zone-1': a step is", error.Message, StringComparison.Ordinal);
        Assert.Contains("step 5, 'start': a step is", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("step 4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ; ")]
    [InlineData("wait -1s")]
    [InlineData("until")]
    public void Script_WithoutAUsableStep_IsRefused(string text)
    {
        Assert.Throws<CliException>(() => DemoScript.Parse(text, _parts));
    }
}
