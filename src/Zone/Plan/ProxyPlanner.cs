using System.Runtime.CompilerServices;
using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
using Mesh.Zone.Ingest;
using Mesh.Zone.Secrets;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// Decides the configuration of one proxy from a view. Pure but for the admin certificate it asks for. A part that cannot
/// be decided becomes a fault and the others are unharmed. Safe for concurrent use.
/// </summary>
public sealed class ProxyPlanner
{
    private readonly PolicyCatalog _catalog;
    private readonly PlanOptions _options;
    private readonly IAdminCertificates? _adminCertificates;

    // Goes with the view it belongs to.
    private readonly ConditionalWeakTable<MeshView, OutboundSets> _outbounds = [];

    /// <summary>A planner.</summary>
    /// <param name="catalog">The policies.</param>
    /// <param name="options">Settings.</param>
    /// <param name="adminCertificates">Certificates of admin listeners; null: the listeners only tell readiness.</param>
    public ProxyPlanner(PolicyCatalog catalog, PlanOptions options, IAdminCertificates? adminCertificates)
    {
        _catalog = catalog;
        _options = options;
        _adminCertificates = adminCertificates;
    }

    /// <summary>Makes the plan of a proxy.</summary>
    public ProxyPlan Plan(MeshView view, Resource dataplane, ProxyMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(dataplane);
        ArgumentNullException.ThrowIfNull(metadata);
        var proxy = PolicySubject.Of(dataplane);
        var outbounds = _outbounds.GetValue(view, key => new OutboundSets(key, _catalog));
        return Plan(view, proxy, view.Policies.Match(proxy), metadata, outbounds);
    }

    /// <summary>Makes the plan of a proxy with the outbounds that are planned already.</summary>
    /// <param name="view">The mesh.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="match">What the policies of the mesh say about it.</param>
    /// <param name="metadata">What its sidecar says.</param>
    /// <param name="outbounds">What is planned already.</param>
    internal ProxyPlan Plan(MeshView view, PolicySubject proxy, PolicyMatch match, ProxyMetadata metadata, OutboundSets outbounds)
    {
        var context = new PlanContext(view, proxy, match, metadata, _catalog, _options);
        Try(context, "admin", () => AdminPlanner.Plan(context, _adminCertificates));
        Try(context, "inbounds", () => InboundPlanner.Plan(context));
        Try(context, "transparent proxy", () => PlanTransparentProxy(context));
        Try(context, "outbounds", () => OutboundPlanner.Plan(context, outbounds));
        Try(context, Envoy.Names.EnvoyNames.DirectAccess, () => DirectAccessPlanner.Plan(context));
        Try(context, "zone listeners", () => new ZoneListenerPlanner(context).Plan());
        Try(context, Envoy.Names.EnvoyNames.TrustBundle, () => PlanTrust(context));
        return new ProxyPlan
        {
            Parts = context.Parts,
            Outbounds = context.Outbounds,
            Match = match,
            IsZoneProxy = context.Networking.Listeners is { Count: > 0 },
            Identity = context.Identity,
            Dataplane = proxy.Dataplane,
            Faults = context.Faults,
            Interest = context.Interest,
        };
    }

    /// <summary>
    /// The plan of a proxy after a change that touches its outbounds alone, and of those only where they lead to and what
    /// policies say about them: the rest is what it was.
    /// </summary>
    /// <param name="before">The plan.</param>
    /// <param name="view">The mesh.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="match">What the policies of the mesh say about it.</param>
    /// <param name="metadata">What its sidecar says.</param>
    /// <param name="outbounds">What is planned already.</param>
    /// <returns>Null: it has to be made from the beginning.</returns>
    internal ProxyPlan? Renew(
        ProxyPlan before, MeshView view, PolicySubject proxy, PolicyMatch match, ProxyMetadata metadata, OutboundSets outbounds)
    {
        if (before.Outbounds is not { } set || before.IsZoneProxy || !before.Match.IsSameWithoutDestinations(match))
        {
            return null;
        }

        // Of proxies that are alike all but the first take this way: it makes nothing but the plan.
        if (outbounds.FindRenewed(set, match) is { } renewed)
        {
            return before.With(renewed, match);
        }

        return Renewed(set, view, proxy, match, metadata, outbounds) is { } first ? before.With(first, match) : null;
    }

    private OutboundSet? Renewed(
        OutboundSet before, MeshView view, PolicySubject proxy, PolicyMatch match, ProxyMetadata metadata, OutboundSets outbounds)
    {
        try
        {
            return outbounds.Renew(before, match, () => new PlanContext(view, proxy, match, metadata, _catalog, _options));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The whole plan says what of it cannot be decided.
            return null;
        }
    }

    private static void Try(PlanContext context, string part, Action plan)
    {
        try
        {
            plan();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            context.Faults.Add(new PlanFault(part, e.Message));
        }
    }

    private static void PlanTransparentProxy(PlanContext context)
    {
        if (context.Redirection is not { } settings)
        {
            return;
        }

        context.Parts.Add(new TransparentProxyPlan
        {
            Proxy = context.Proxy,
            Settings = settings,
            Inbounds = context.Inbounds,
            Confs = FactList.From(context.Catalog.InOrder.Select(policy =>
                DraftConfs.ForTransparentProxy(policy, context.Matched, context.Inbounds.Select(inbound => inbound.Key)))),
        });
    }

    private static void PlanTrust(PlanContext context)
    {
        var trust = context.View.Trust;
        foreach (var fault in trust.Faults)
        {
            context.Faults.Add(new PlanFault(Envoy.Names.EnvoyNames.TrustBundle, fault));
        }

        if (trust.Bundles.Count > 0)
        {
            context.Parts.Add(new TrustBundlePlan(trust.Bundles));
        }
    }
}
