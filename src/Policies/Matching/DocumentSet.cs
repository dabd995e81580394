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

    internal DocumentSet(PolicyDocument[] documents, ConfMerging merging, ConfCache confs, IDestinationIndex destinations)
    {
        _merging = merging;
        Resources = Array.ConvertAll(documents, document => document.Resource);
        _to = new Lazy<ToRules>(() => ToRulesBuilder.Build(documents, confs, destinations));
        _inbound = new Lazy<InboundRules>(() => InboundRulesBuilder.Build(documents, _merging));
        _single = new Lazy<MergedConf?>(() => MergeSingle(documents));
    }

    internal IReadOnlyList<Resource> Resources { get; }

    internal ToRules To => _to.Value;

    internal InboundRules Inbound => _inbound.Value;

    internal MergedConf? Single => _single.Value;

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
