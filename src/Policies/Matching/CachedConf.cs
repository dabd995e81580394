using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>What a list of entries amounts to.</summary>
/// <param name="Conf">The merged configuration.</param>
/// <param name="OriginByMatches">For routes: which entry each list of matches came from.</param>
internal sealed record CachedConf(MergedConf Conf, IReadOnlyDictionary<string, ConfOrigin> OriginByMatches);
