using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Testing.Kds;

namespace Mesh.Sync.Tests;

public sealed class ZoneToGlobalRulesTests
{
    private static readonly ZoneToGlobalRules _rules = new("east");

    [Fact]
    public void Map_OwnResource_IsSignedAndHashed()
    {
        var sent = _rules.Map(SampleResources.Of("MeshService"))!.Value.Resource;
        Assert.Equal(("zone", "east", "backend"), (sent.Label(ResourceLabels.Origin), sent.Label(ResourceLabels.Zone), sent.Label(ResourceLabels.DisplayName)));
        Assert.Equal(SyncNames.Hashed("default", "backend", "east", ""), sent.Name);
        Assert.NotNull(sent.Status);
    }

    [Fact]
    public void Map_FromGlobal_Stays() => Assert.Null(_rules.Map(
        SampleResources.Of("MeshService") with { Labels = new Dictionary<string, string> { [ResourceLabels.Origin] = "global", [ResourceLabels.Zone] = "west" } }));

    [Fact]
    public void Map_SyncDisabled_Stays() => Assert.Null(_rules.Map(
        SampleResources.Of("MeshService") with { Labels = new Dictionary<string, string> { [ResourceLabels.KdsSync] = "disabled" } }));

    [Theory]
    [InlineData("Mesh")]
    [InlineData("Secret")]
    [InlineData("GlobalSecret")]
    [InlineData("Config")]
    [InlineData("MeshMultiZoneService")]
    public void Map_KindThatGlobalProvides_Stays(string kind) => Assert.Null(_rules.Map(SampleResources.Of(kind)));

    [Fact]
    public void Map_Insight_LosesItsGenerations()
    {
        var insight = SampleResources.Of("DataplaneInsight");
        var written = insight.SpecAs<DataplaneInsightSpec>();
        var sent = _rules.Map(insight with { Spec = written with { Subscriptions = [written.Subscriptions![0] with { Generation = 7 }] } })!.Value.Resource;
        Assert.Equal(0u, sent.SpecAs<DataplaneInsightSpec>().Subscriptions![0].Generation);
    }
}
