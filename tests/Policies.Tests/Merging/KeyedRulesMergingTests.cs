using System.Text.Json.Nodes;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Tests.Merging;

/// <summary>Merging routes.</summary>
public sealed class KeyedRulesMergingTests
{
    [Fact]
    public void Merge_TwoPolicies_StrongerRulesComeFirst()
    {
        var merged = Merge("""{"rules":[{"matches":["w1"]},{"matches":["w2"]}]}""", """{"rules":[{"matches":["s1"]},{"matches":["s2"]}]}""");

        Assert.Equal("""{"rules":[{"matches":["s1"]},{"matches":["s2"]},{"matches":["w1"]},{"matches":["w2"]}]}""", merged);
    }

    [Fact]
    public void Merge_EqualMatches_MergesDefaultsAtTheStrongerPlace()
    {
        var merged = Merge(
            """{"rules":[{"matches":["m"],"default":{"a":1,"b":1}},{"matches":["w"]}]}""",
            """{"rules":[{"matches":["s"]},{"matches":["m"],"default":{"b":2}}]}""");

        Assert.Equal("""{"rules":[{"matches":["s"]},{"matches":["m"],"default":{"a":1,"b":2}},{"matches":["w"]}]}""", merged);
    }

    [Fact]
    public void Merge_EqualMatchesInOnePolicy_FirstRuleWins()
    {
        var merged = Merge("""{"rules":[{"matches":["m"],"default":{"a":"first"}},{"matches":["m"],"default":{"a":"second"}}]}""");

        Assert.Equal("""{"rules":[{"matches":["m"],"default":{"a":"first"}}]}""", merged);
    }

    [Fact]
    public void Merge_MatchesInOtherFieldOrder_AreTheSameRule()
    {
        var merged = Merge(
            """{"rules":[{"matches":[{"path":{"type":"Exact","value":"/"}}],"default":{"a":1}}]}""",
            """{"rules":[{"matches":[{"path":{"value":"/","type":"Exact"}}],"default":{"b":2}}]}""");

        Assert.Single(JsonNode.Parse(merged)!["rules"]!.AsArray());
    }

    private static string Merge(params string[] confs) =>
        KeyedRulesMerging.Instance.Merge([.. confs.Select(conf => JsonNode.Parse(conf)!.AsObject())]).ToJsonString();
}
