using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Policies;

/// <summary>
/// What one kind of policy does to Envoy configuration. One folder per policy holds its spec, validator, descriptor and this
/// class, marked <see cref="PolicyAttribute"/>. Stateless, pure and deterministic: same drafts and configuration, same
/// result; no clock, no randomness. Called for every draft in the order of the contract, also where nobody wrote a policy:
/// built-in values live here.
/// </summary>
public abstract class Policy
{
    /// <summary>Finds out which drafts it edits.</summary>
    protected Policy() =>
        Edits = FlagOf<InboundDraft, InboundRules>(DraftKinds.Inbound)
            | FlagOf<OutboundDraft, OutboundConfs>(DraftKinds.Outbound)
            | FlagOf<ClusterDraft, MergedConf>(DraftKinds.Cluster)
            | FlagOf<EndpointsDraft, MergedConf>(DraftKinds.Endpoints)
            | FlagOf<TransparentProxyDraft, ProxyConfs>(DraftKinds.TransparentProxy)
            | FlagOf<ZoneListenerDraft, InboundRules>(DraftKinds.ZoneListener);

    /// <summary>The kind as a resource.</summary>
    public abstract ResourceDescriptor Resource { get; }

    /// <summary>Kind as in <c>type:</c>.</summary>
    public string Kind => Resource.Kind;

    /// <summary>Position in the chain of policies, ascending (contract §2.1).</summary>
    public int Order => Resource.Policy?.Order ?? int.MaxValue;

    /// <summary>How its entries become one configuration.</summary>
    public virtual ConfMerging Merging => ConfMerging.Default;

    /// <summary>
    /// True when what <c>rules</c> say to all callers concerns the clusters of outbounds too; a kind with <c>to</c> has that
    /// instead.
    /// </summary>
    public virtual bool RulesConcernOutbounds => false;

    /// <summary>
    /// Fields of its configuration that it does not read for a kind of draft, e.g. <c>http.requestTimeout</c>: a draft is not
    /// told them, so that a change of these alone compiles no such draft again. It must read none of them there. Always the
    /// same list for a kind. Default: none.
    /// </summary>
    public virtual IReadOnlyList<string> Unread(DraftKinds draft) => [];

    /// <summary>The drafts it edits: those whose <c>Configure</c> it overrides.</summary>
    public DraftKinds Edits { get; }

    /// <summary>Edits the listener of one inbound.</summary>
    public virtual void Configure(InboundDraft draft, InboundRules rules)
    {
    }

    /// <summary>Edits the listener and routes of one outbound.</summary>
    public virtual void Configure(OutboundDraft draft, OutboundConfs confs)
    {
    }

    /// <summary>
    /// Edits a cluster. <paramref name="conf"/>: for a destination what is said about it, for an inbound
    /// <see cref="InboundRules.CatchAll"/>; null for other roles and where nothing is said.
    /// </summary>
    public virtual void Configure(ClusterDraft draft, MergedConf? conf)
    {
    }

    /// <summary>Edits the endpoints of an outbound. <paramref name="conf"/> is what is said about the destination.</summary>
    public virtual void Configure(EndpointsDraft draft, MergedConf? conf)
    {
    }

    /// <summary>Edits the passthrough listeners and clusters of a proxy with redirected traffic.</summary>
    public virtual void Configure(TransparentProxyDraft draft, ProxyConfs confs)
    {
    }

    /// <summary>
    /// Edits a listener of a zone proxy. Rules with a server name are for the chain of that name
    /// (<see cref="InboundRules.ForServerName"/>).
    /// </summary>
    public virtual void Configure(ZoneListenerDraft draft, InboundRules rules)
    {
    }

    private DraftKinds FlagOf<TDraft, TConf>(DraftKinds flag) =>
        GetType().GetMethod(nameof(Configure), [typeof(TDraft), typeof(TConf)])!.DeclaringType == typeof(Policy) ? DraftKinds.None : flag;
}
