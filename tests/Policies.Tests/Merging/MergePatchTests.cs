using System.Text.Json.Nodes;
using CsCheck;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Tests.Merging;

/// <summary>Laying one configuration over another.</summary>
public sealed class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":2}}""", """{"b":{"d":3}}""", """{"a":1,"b":{"c":2,"d":3}}""")]
    [InlineData("""{"list":[1,2]}""", """{"list":[3]}""", """{"list":[3]}""")]
    [InlineData("""{"appendMatch":[1,2]}""", """{"appendMatch":[3]}""", """{"appendMatch":[1,2,3]}""")]
    [InlineData("""{"profiles":{"appendProfiles":[{"name":"All"}]}}""", """{"profiles":{"appendProfiles":[{"name":"Basic"}]}}""", """{"profiles":{"appendProfiles":[{"name":"All"},{"name":"Basic"}]}}""")]
    [InlineData("""{"appendix":[1]}""", """{"appendix":[2]}""", """{"appendix":[2]}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":1}""", """{"a":{"b":2}}""", """{"a":{"b":2}}""")]
    public void Apply_Patch_GivesMerged(string target, string patch, string expected)
    {
        var merged = JsonNode.Parse(target)!.AsObject();

        MergePatch.Apply(merged, JsonNode.Parse(patch)!.AsObject());

        Assert.Equal(expected, merged.ToJsonString());
    }

    [Fact]
    public void Apply_Patch_KeepsPatchAndTargetApart()
    {
        var patch = JsonNode.Parse("""{"a":{"list":[{"x":1}]}}""")!.AsObject();
        var merged = new JsonObject();

        MergePatch.Apply(merged, patch);
        merged["a"]!["list"]![0]!["x"] = 2;

        Assert.Equal("""{"a":{"list":[{"x":1}]}}""", patch.ToJsonString());
    }

    [Fact]
    public void Apply_AnyPatchTwice_ChangesNothingMore() =>
        Objects.Select(Objects).Sample((target, patch) =>
        {
            var once = target.DeepClone().AsObject();
            MergePatch.Apply(once, patch);
            var twice = once.DeepClone().AsObject();
            MergePatch.Apply(twice, patch);
            return JsonNode.DeepEquals(once, twice);
        });

    [Fact]
    public void Apply_ToNothing_GivesPatch() =>
        Objects.Sample(patch =>
        {
            var merged = new JsonObject();
            MergePatch.Apply(merged, patch);
            return CanonicalJson.Hash(merged) == CanonicalJson.Hash(patch);
        });

    /// <summary>Objects of small depth without null and without joined lists.</summary>
    private static Gen<JsonObject> Objects { get; } = Gen.Int.Select(seed => Random(new Random(seed), 3));

    private static JsonObject Random(Random random, int depth)
    {
        var result = new JsonObject();
        for (var i = random.Next(5); i > 0; i--)
        {
            result["abcd"[random.Next(4)].ToString()] = random.Next(depth > 0 ? 3 : 2) switch
            {
                0 => JsonValue.Create(random.Next(10)),
                1 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => JsonValue.Create(random.Next(10)))]),
                _ => Random(random, depth - 1),
            };
        }

        return result;
    }
}
