using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Route.V3;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Routes requests to destinations that speak HTTP; also those about which no policy speaks (contract §2.6).</summary>
[Policy]
internal sealed class MeshHTTPRoutePolicy : Policy, IOutboundRouter
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshHTTPRouteKind.Resource;

    /// <inheritdoc/>
    public override ConfMerging Merging => KeyedRulesMerging.Instance;

    /// <inheritdoc/>
    public OutboundRouting? Plan(OutboundDestination destination, ResourceRule? rule, IBackendResolver backends)
    {
        if (!Protocols.IsHttp(destination.Protocol))
        {
            return null;
        }

        return rule is null ? HttpRoutePlanner.Default(destination) : new HttpRoutePlanner(destination, backends).Plan(rule);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RouteDraft> Build(OutboundRouting routing)
    {
        var rules = routing.Conf?.As<MeshHTTPRouteConf>().Rules ?? [];
        var drafts = new List<RouteDraft>(routing.Routes.Count);
        foreach (var plan in routing.Routes)
        {
            var rule = plan.Rule < 0 ? null : rules[plan.Rule];
            IEnumerable<RouteMatch> matches = rule is null
                ? [new RouteMatch { Prefix = "/" }]
                : HttpRouteMatcher.Build(rule.Matches![plan.Match]);
            foreach (var match in matches)
            {
                drafts.AddRange(Build(plan, match, rule?.Default).Select(route => new RouteDraft(route, plan.Route)));
            }
        }

        return drafts;
    }

    private static IEnumerable<Route> Build(RoutePlan plan, RouteMatch match, HttpRouteConf? conf)
    {
        var total = (ulong)plan.UnresolvedWeight + (ulong)plan.Backends.Sum(backend => backend.Weight);
        if (plan.UnresolvedWeight > 0)
        {
            var refusal = match.Clone();
            if (plan.Backends.Count > 0)
            {
                // The share of calls that references without a destination would have got.
                var percentage = 100m * plan.UnresolvedWeight / total;
                refusal.RuntimeFraction = new RuntimeFractionalPercent { DefaultValue = Percentages.ToFraction(percentage) };
            }

            yield return Refusal(plan.Name, refusal);
        }

        if (plan.Backends.Count == 0 && (plan.UnresolvedWeight > 0 || !IsRedirect(conf)))
        {
            if (plan.UnresolvedWeight == 0)
            {
                yield return Refusal(plan.Name, match);
            }

            yield break;
        }

        var route = new Route { Name = plan.Name, Match = match };
        if (plan.Backends.Count > 0)
        {
            route.Route_ = Action(plan.Backends);
        }

        HttpRouteFilters.Apply(route, conf, plan.Mirrors);
        yield return route;
    }

    private static bool IsRedirect(HttpRouteConf? conf) =>
        (conf?.Filters ?? []).Any(filter => filter is { Type: HttpRouteFilter.RequestRedirectType, RequestRedirect: not null });

    private static Route Refusal(string name, RouteMatch match) => new()
    {
        Name = name,
        Match = match,
        DirectResponse = new DirectResponseAction { Status = 500, Body = new DataSource { InlineString = "" } },
    };

    private static RouteAction Action(FactList<RouteBackend> backends)
    {
        var action = new RouteAction();
        if (backends.Count == 1)
        {
            action.Cluster = backends[0].Kri.ToString();
        }
        else
        {
            action.WeightedClusters = new WeightedCluster();
            foreach (var backend in backends)
            {
                action.WeightedClusters.Clusters.Add(
                    new WeightedCluster.Types.ClusterWeight { Name = backend.Kri.ToString(), Weight = backend.Weight });
            }
        }

        if (backends.Any(backend => backend.IsExternal))
        {
            action.AutoHostRewrite = true;
        }

        return action;
    }
}
