using Mesh.Load.Scenarios;
using Mesh.Testing;

namespace Mesh.Load.Tests.Scenarios;

public sealed class ScenarioReaderTests
{
    private const string Smallest =
        """
        name: small
        servers: [{kind: engine}]
        fleet: {proxies: 10}
        steps: [{do: connect}]
        """;

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Path.Combine(SharedFolder.RepositoryRoot, "load", "Scenarios"), "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_OfTheTable_IsValidAndHasTheNameOfItsFile(string file)
    {
        var scenario = ScenarioReader.Read(File.ReadAllText(Path.Combine(SharedFolder.RepositoryRoot, "load", "Scenarios", file)));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), scenario.Name);
    }

    [Fact]
    public void Scenario_WithTheLeast_HasDefaults()
    {
        var scenario = ScenarioReader.Read(Smallest);
        Assert.Equal((1, false, "delta"), (scenario.Fleet.StreamsPerConnection, scenario.Fleet.Tls, scenario.Fleet.Protocol));
        Assert.Equal("engine", scenario.Servers[0].Label);
    }

    [Fact]
    public void Scenario_WithOverrides_TakesThem()
    {
        var scenario = ScenarioReader.Read(Smallest, ["fleet.proxies=5", "steps.0.patience=7", "resources.services=3"]);
        Assert.Equal((5, 7, 3), (scenario.Fleet.Proxies, scenario.Steps[0].Patience, scenario.Resources.Services));
    }

    [Fact]
    public void Scenario_WithManyFaults_NamesEachWithItsPath()
    {
        const string Text =
            """
            name: bad name
            servers: [{kind: address, address: nowhere}, {kind: peer, cache: other}]
            fleet: {proxies: 30000, protocol: v2}
            steps: [{do: rest}, {do: change, kind: xyz, rounds: 0}, {do: restart}]
            targets: [{metric: elsewhere.value, atLeast: 1, of: nobody}]
            """;
        var faults = Assert.Throws<ScenarioException>(() => ScenarioReader.Read(Text)).Violations;
        string[] paths = ["name", "servers[0].address", "servers[1].cache", "fleet.proxies", "fleet.protocol", "steps[0].do", "steps[1].kind", "steps[1].rounds", "steps[2].do", "targets[0].metric", "targets[0].of"];
        Assert.All(paths, path => Assert.Contains(faults, fault => fault.StartsWith(path + ":", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("name: x\nunknown: 1", "unknown")]
    [InlineData("- a\n- b", "mapping")]
    [InlineData("a: [", "")]
    [InlineData("name: x\nservers: [{kind: elsewhere}]\nfleet: {proxies: 1}\nsteps: [{do: connect}]", "servers[0].kind")]
    public void Scenario_ThatIsNone_IsRefusedWithTheReason(string text, string says) =>
        Assert.Contains(says, Assert.Throws<ScenarioException>(() => ScenarioReader.Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("fleet.proxies")]
    [InlineData("steps.9.rounds=1")]
    [InlineData("name.deeper.still=1")]
    public void Override_OfNothing_IsRefused(string setting) =>
        Assert.Contains(setting, Assert.Throws<ScenarioException>(() => ScenarioReader.Read(Smallest, [setting])).Message, StringComparison.Ordinal);
}
