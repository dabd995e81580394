using Mesh.Model.Policies;

namespace Mesh.Policies.Merging;

/// <summary>One entry of <c>rules</c> for one inbound. Value equality.</summary>
/// <param name="Match">Callers it is for; null for all.</param>
/// <param name="Conf">Its configuration alone, not merged with others.</param>
/// <param name="Origin">Where it stands.</param>
public sealed record InboundRule(Match? Match, MergedConf Conf, ConfOrigin Origin);
