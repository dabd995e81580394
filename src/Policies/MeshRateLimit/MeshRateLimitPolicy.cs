using EnvoyApi.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;
using HttpRateLimit = EnvoyApi.Extensions.Filters.Http.LocalRatelimit.V3.LocalRateLimit;

namespace Mesh.Policies.MeshRateLimit;

/// <summary>
/// Limits requests and connections of inbounds. The HTTP filter itself limits nothing; each route carries its bucket, so that
/// routes for some callers can carry another one (contract §2.6).
/// </summary>
[Policy]
public sealed class MeshRateLimitPolicy : Policy
{
    private const string MatchKeyPrefix = "kuma.mesh_rate_limit.match";
    private const string HttpStatPrefix = "rate_limit";

    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshRateLimitKind.Resource;

    /// <inheritdoc/>
    public override void Configure(InboundDraft draft, InboundRules rules)
    {
        Limit(draft.Listener.Chains, rules);
    }

    /// <inheritdoc/>
    public override void Configure(ZoneListenerDraft draft, InboundRules rules)
    {
        foreach (var chain in draft.Chains)
        {
            Limit([chain.Chain], rules.ForServerName(chain.ServerName));
        }
    }

    private static void Limit(IEnumerable<FilterChainDraft> chains, InboundRules rules)
    {
        var local = rules.CatchAll?.As<MeshRateLimitConf>().Local;
        var all = RateLimitBuckets.ForRoute(local?.Http);
        var connections = RateLimitBuckets.ForConnections(local?.Tcp);
        var matched = PeerRule.From(rules, static conf => conf.As<MeshRateLimitConf>().Local?.Http is not null);
        foreach (var chain in chains)
        {
            if (chain.Http is not null)
            {
                ConfigureRequests(chain, all, matched);
            }

            if (connections is not null)
            {
                chain.InsertNetworkFilterFirst(RateLimitBuckets.NetworkFilterName, connections);
            }
        }
    }

    private static void ConfigureRequests(FilterChainDraft chain, HttpRateLimit? all, IReadOnlyList<PeerRule> matched)
    {
        var isLimited = all is not null;
        foreach (var rule in matched)
        {
            isLimited |= RateLimitBuckets.ForRoute(rule.Conf.As<MeshRateLimitConf>().Local?.Http) is not null;
        }

        if (!isLimited)
        {
            return;
        }

        foreach (var host in chain.Http!.RouteConfig?.VirtualHosts ?? [])
        {
            foreach (var route in host.Routes)
            {
                SetBucket(route, all);
            }
        }

        PeerRoutes.Add(chain, MatchKeyPrefix, matched, static (route, rule) =>
            SetBucket(route, RateLimitBuckets.ForRoute(rule.Conf.As<MeshRateLimitConf>().Local?.Http)));
        chain.InsertHttpFilterBeforeRouter(EnvoyExtensions.HttpLocalRateLimit, new HttpRateLimit { StatPrefix = HttpStatPrefix });
    }

    private static void SetBucket(Route route, HttpRateLimit? bucket)
    {
        if (bucket is null)
        {
            route.TypedPerFilterConfig.Remove(EnvoyExtensions.HttpLocalRateLimit);
        }
        else
        {
            route.TypedPerFilterConfig[EnvoyExtensions.HttpLocalRateLimit] = Any.Pack(bucket);
        }
    }
}
