using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// The policies of one kind that select one proxy, or one inbound of it, weakest first. Proxies that the same policies
/// select share one set, so that what they amount to is computed once. Safe for concurrent use.
/// </summary>
internal sealed class DocumentSet
{
    private readonly ConfMerging _merging;
    private readonly Lazy<ToRules> _to;
    private readonly Lazy<InboundRules> _inbound;
    private readonly Lazy<MergedConf?> _single;

    /// <summary>A set of policies.</summary>
    /// <param name="documents">The policies.</param>
    /// <param name="merging">How their entries become one configuration.</param>
    /// <param name="confs">What lists of entries amount to.</param>
    /// <param name="destinations">What they can name.</param>
    /// <param name="previous">The set of the same policies before the destinations changed, or null.</param>
    internal DocumentSet(
        PolicyDocument[] documents, ConfMerging merging, ConfCache confs, IDestinationIndex destinations, DocumentSet? previous = null)
    {
        _merging = merging;
        Resources = Array.ConvertAll(documents, document => document.Resource);
        var known = previous?._to is { IsValueCreated: true } before ? before.Value : null;
        _to = new Lazy<ToRules>(() => Build(documents, confs, destinations, known));
        _inbound = previous?._inbound ?? new Lazy<InboundRules>(() => InboundRulesBuilder.Build(documents, _merging));
        _single = previous?._single ?? new Lazy<MergedConf?>(() => MergeSingle(documents));
    }

    internal IReadOnlyList<Resource> Resources { get; }

    internal ToRules To => _to.Value;

    internal InboundRules Inbound => _inbound.Value;

    internal MergedConf? Single => _single.Value;

    /// <summary>Rules are compared by reference by those who ask: where nothing of them changed they stay the same object.</summary>
    private static ToRules Build(PolicyDocument[] documents, ConfCache confs, IDestinationIndex destinations, ToRules? known)
    {
        var rules = ToRulesBuilder.Build(documents, confs, destinations);
        return known?.HasSameRules(rules) == true ? known : rules;
    }

    private MergedConf? MergeSingle(PolicyDocument[] documents)
    {
        var chosen = Array.FindAll(documents, document => document.Single is not null);
        return chosen.Length == 0
            ? null
            : new MergedConf(
                _merging.Merge(Array.ConvertAll(chosen, document => document.Single!)),
                Array.ConvertAll(chosen, document => new ConfOrigin(document.Kri, 0, document.Resource)));
    }
}
