using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Type.Matcher.V3;
using Mesh.Envoy.Names;
using Mesh.Model.Policies;
using Mesh.Policies.Drafts;
using Rule = EnvoyApi.Extensions.Filters.Common.SetFilterState.V3.FilterStateValue;
using SetFilterState = EnvoyApi.Extensions.Filters.Network.SetFilterState.V3.Config;

namespace Mesh.Policies.Routing;

/// <summary>
/// Routes for some callers only. A route cannot see the caller's certificate, so a network filter writes its SPIFFE id into
/// filter state after the TLS handshake, and copies of each route, put in front of it, ask for a value of that state
/// (contract §2.6, MeshTimeout and MeshRateLimit).
/// </summary>
public static class PeerRoutes
{
    private const string PeerId = "%DOWNSTREAM_PEER_URI_SAN%";
    private const string ServerName = "%REQUESTED_SERVER_NAME%";

    /// <summary>Adds, in front of each route of a chain, one copy for each rule, edited by <paramref name="apply"/>.</summary>
    /// <param name="chain">An HTTP chain; left alone unless it ends TLS, for only then there is a caller to tell.</param>
    /// <param name="keyPrefix">Prefix of the keys in filter state, one per policy: <c>kuma.mesh_timeout.match</c>.</param>
    /// <param name="rules">The rules, narrowest first.</param>
    /// <param name="apply">Puts a rule's configuration on its copy.</param>
    public static void Add(FilterChainDraft chain, string keyPrefix, IReadOnlyList<PeerRule> rules, Action<Route, PeerRule> apply)
    {
        if (rules.Count == 0 || chain.Http?.RouteConfig is not { } routes || !chain.TerminatesTls)
        {
            return;
        }

        var idKey = keyPrefix + ".spiffe_id";
        var sniKey = keyPrefix + ".sni";
        foreach (var host in routes.VirtualHosts)
        {
            var originals = host.Routes.ToArray();
            host.Routes.Clear();
            foreach (var route in originals)
            {
                if (route.Route_ is not null)
                {
                    foreach (var rule in rules)
                    {
                        host.Routes.Add(Guarded(route, rule, idKey, sniKey, apply));
                    }
                }

                host.Routes.Add(route);
            }
        }

        chain.InsertNetworkFilterFirst(EnvoyExtensions.NetworkSetFilterState, StateFilter(rules, idKey, sniKey));
    }

    private static Route Guarded(Route route, PeerRule rule, string idKey, string sniKey, Action<Route, PeerRule> apply)
    {
        var copy = route.Clone();
        var id = rule.Match.SpiffeId!;
        copy.Match.FilterState.Add(new FilterStateMatcher
        {
            Key = idKey,
            StringMatch = id.Type == SpiffeIdMatch.Prefix
                ? new StringMatcher { Prefix = id.Value ?? "" }
                : new StringMatcher { Exact = id.Value ?? "" },
        });
        if (rule.Match.Sni is { } sni)
        {
            copy.Match.FilterState.Add(new FilterStateMatcher { Key = sniKey, StringMatch = new StringMatcher { Exact = sni.Value ?? "" } });
        }

        apply(copy, rule);
        return copy;
    }

    private static SetFilterState StateFilter(IReadOnlyList<PeerRule> rules, string idKey, string sniKey)
    {
        var filter = new SetFilterState();
        filter.OnDownstreamTlsHandshake.Add(Value(idKey, PeerId));
        foreach (var rule in rules)
        {
            if (rule.Match.Sni is not null)
            {
                filter.OnDownstreamTlsHandshake.Add(Value(sniKey, ServerName));
                break;
            }
        }

        return filter;
    }

    private static Rule Value(string key, string format) => new()
    {
        ObjectKey = key,
        FactoryKey = "envoy.string",
        FormatString = new SubstitutionFormatString { TextFormatSource = new DataSource { InlineString = format } },
        ReadOnly = true,
        SkipIfEmpty = true,
    };
}
