using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Policies.Core;

namespace Mesh.Policies.Tests;

/// <summary>What the validator of a kind says about a spec, past the schema.</summary>
internal static class PolicyFaults
{
    /// <summary>Violations as <c>field: message</c>, in the order in which they were found.</summary>
    /// <param name="kind">A policy's kind.</param>
    /// <param name="spec">The spec as YAML.</param>
    public static string[] Of(string kind, string spec) => [.. ResourceValidation.Validate(Read(kind, spec)).Select(v => $"{v.Field}: {v.Message}")];

    /// <summary>Sentences about a spec that is legal but probably not meant.</summary>
    public static string[] AdviceOn(string kind, string spec) => [.. ResourceValidation.Advise(Read(kind, spec))];

    private static Resource Read(string kind, string spec)
    {
        var descriptor = MeshCatalog.Create()[kind];
        var trees = YamlTree.ReadAll(spec);
        return new Resource
        {
            Descriptor = descriptor,
            Name = "a",
            Mesh = "default",
            Spec = ResourceJson.ReadSpec(trees.Count == 0 ? new JsonObject() : trees[0]!, descriptor),
        };
    }
}
