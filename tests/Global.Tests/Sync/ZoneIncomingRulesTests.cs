using Mesh.Global.Sync;
using Mesh.Model.Resources;
using Mesh.Sync.Rules;
using Mesh.Testing.Kds;

namespace Mesh.Global.Tests.Sync;

/// <summary>Under which name and whose a resource is stored that a zone sends.</summary>
public sealed class ZoneIncomingRulesTests
{
    private readonly ZoneIncomingRules _rules = new("zone-1", new TrustDomains());

    [Theory]
    [InlineData("global", "")]
    [InlineData("zone", "zone-2")]
    [InlineData("", "")]
    public void Decide_ClaimsAnotherAuthorUnderItsOwnName_IsStoredAsTheZones(string origin, string zone)
    {
        var sent = Sent("zone-1");
        var labels = new Dictionary<string, string>(sent.Labels) { [ResourceLabels.Origin] = origin, [ResourceLabels.Zone] = zone };

        var decision = _rules.Decide(sent with { Labels = labels }, null);

        Assert.Equal(("zone", "zone-1"), (decision.Write!.Label(ResourceLabels.Origin), decision.Write.Label(ResourceLabels.Zone)));
        Assert.Equal(new ResourceKey("Zone", "", "zone-1"), decision.Write.Owner);
        Assert.Equal(1, _rules.AttributionRewrites);
    }

    [Fact]
    public void Decide_NameOfAnotherZonesResource_IsRefused()
    {
        Assert.Contains("its name is not the one under which zone zone-1 sends", _rules.Decide(Sent("zone-2"), null).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NameThatItMadeUp_IsRefused()
    {
        Assert.NotNull(_rules.Decide(Sent("zone-1") with { Name = "policy-of-global" }, null).Refusal);
    }

    private static Resource Sent(string zone) => new ZoneToGlobalRules(zone).Map(SampleResources.Of("MeshZoneAddress"))!.Value.Resource;
}
