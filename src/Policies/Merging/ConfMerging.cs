using System.Text.Json.Nodes;
using Mesh.Model.Policies;

namespace Mesh.Policies.Merging;

/// <summary>
/// How the entries of one kind of policy become one configuration. The default takes <c>default</c> of every entry and
/// lays them over each other, weakest first; a kind whose entries look otherwise overrides what differs.
/// </summary>
public class ConfMerging
{
    /// <summary>What most kinds do.</summary>
    public static ConfMerging Default { get; } = new();

    /// <summary>The configuration that one <c>to</c> entry holds. Several threads will read it: every level must be built.</summary>
    public virtual JsonObject ConfOf(IOutboundEntry entry) => JsonTree.ToObject(entry.Conf);

    /// <summary>One configuration of several, given from weakest to strongest. None of them is changed.</summary>
    public virtual JsonObject Merge(IReadOnlyList<JsonObject> confs)
    {
        var merged = new JsonObject();
        foreach (var conf in confs)
        {
            MergePatch.Apply(merged, conf);
        }

        return merged;
    }

    /// <summary>
    /// Lists of matches that a configuration distinguishes, each with its own origin (route rules). Empty for kinds
    /// without.
    /// </summary>
    public virtual IEnumerable<JsonArray> MatchesOf(JsonObject conf) => [];
}
