using System.Text.Json.Nodes;
using Mesh.Model.Policies;

namespace Mesh.Policies.Merging;

/// <summary>Merging for kinds whose <c>to</c> entries hold one rule: its <c>default</c> is the configuration.</summary>
public sealed class FirstRuleMerging : ConfMerging
{
    /// <summary>The only one there need be.</summary>
    public static FirstRuleMerging Instance { get; } = new();

    /// <inheritdoc/>
    public override JsonObject ConfOf(IOutboundEntry entry)
    {
        var tree = JsonTree.ToObject(entry);
        if (tree["rules"] is not JsonArray { Count: > 0 } rules || rules[0] is not JsonObject first
            || first["default"] is not JsonObject conf)
        {
            return [];
        }

        first.Remove("default");
        return conf;
    }
}
