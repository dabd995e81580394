using Mesh.Model.Naming;
using Mesh.Model.Resources;

namespace Mesh.Policies.Merging;

/// <summary>What one policy kind says about one destination, or about one section of it.</summary>
/// <param name="Target">KRI of the destination, with the section.</param>
/// <param name="Resource">The destination.</param>
/// <param name="Conf">Merge of every entry that concerns it.</param>
/// <param name="OriginByMatches">For routes: which entry each list of matches came from, by its hash (base64 of SHA-256).</param>
public sealed record ResourceRule(
    Kri Target,
    Resource Resource,
    MergedConf Conf,
    IReadOnlyDictionary<string, ConfOrigin> OriginByMatches);
