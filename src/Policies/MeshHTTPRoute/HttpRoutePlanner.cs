using System.Security.Cryptography;
using System.Text.Json;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Turns merged rules into routes of one destination, in order of precedence, with their backends found.</summary>
internal sealed class HttpRoutePlanner(OutboundDestination destination, IBackendResolver backends)
{
    private static readonly HttpRouteMatch _everything = new() { Path = new HttpPathMatch { Type = HttpPathMatch.PathPrefix, Value = "/" } };
    private static readonly string _everythingName = NameOf([_everything]);

    private readonly List<string> _faults = [];

    /// <summary>The routes of a destination about which nothing is said.</summary>
    internal static OutboundRouting Default(OutboundDestination destination) => new()
    {
        Router = MeshHTTPRouteKind.Name,
        IsHttp = true,
        Routes = [ToItself(destination)],
    };

    internal OutboundRouting Plan(ResourceRule rule)
    {
        var rules = rule.Conf.As<MeshHTTPRouteConf>().Rules ?? [];
        var matches = new List<(HttpRouteMatch Match, RoutePlan Plan)>();
        var hasEverything = false;
        for (var i = 0; i < rules.Count; i++)
        {
            hasEverything |= Add(rule, rules[i], i, matches);
        }

        var routes = matches.Select((pair, index) => (pair.Match, pair.Plan, Index: index)).ToList();
        routes.Sort((left, right) =>
        {
            var order = HttpRoutePrecedence.Compare(left.Match, right.Match);
            return order != 0 ? order : left.Index.CompareTo(right.Index);
        });
        var plans = routes.Select(route => route.Plan);
        return new OutboundRouting
        {
            Router = MeshHTTPRouteKind.Name,
            Conf = rule.Conf,
            IsHttp = true,
            Routes = FactList.From(hasEverything ? plans : plans.Append(ToItself(destination))),
            Faults = FactList.From(_faults),
        };
    }

    private static RoutePlan ToItself(OutboundDestination destination) =>
        new(_everythingName, null, -1, 0, [new RouteBackend(destination.Kri, 1, destination.IsExternal)], 0, []);

    private static string NameOf(IReadOnlyList<HttpRouteMatch> matches) =>
        Convert.ToBase64String(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(matches, ModelJson.Options)));

    private static string? FaultOf(HttpRouteMatch match)
    {
        var patterns = (match.Headers ?? []).Where(header => header.Type == HeaderMatch.RegularExpression).Select(header => header.Value)
            .Concat((match.QueryParams ?? []).Where(query => query.Type == HeaderMatch.RegularExpression).Select(query => query.Value));
        if (match.Path is { Type: HttpPathMatch.RegularExpression, Value: { } path })
        {
            patterns = patterns.Prepend(path);
        }

        foreach (var pattern in patterns)
        {
            if (RegexSyntax.Fault(pattern ?? "") is { } fault)
            {
                return $"the regular expression '{pattern}' cannot be used: {fault}";
            }
        }

        return null;
    }

    private static bool IsEverything(HttpRouteMatch match) =>
        match is { Path: { Type: HttpPathMatch.PathPrefix, Value: "/" }, Method: null, Headers: null or { Count: 0 }, QueryParams: null or { Count: 0 } };

    private bool Add(ResourceRule rule, HttpRouteRule entry, int index, List<(HttpRouteMatch Match, RoutePlan Plan)> routes)
    {
        var matches = entry.Matches ?? [];
        var hash = NameOf(matches);
        ConfOrigin? origin = rule.OriginByMatches.TryGetValue(hash, out var known) ? known : null;
        Kri? route = origin is { } from ? from.Policy.WithSection($"rule_{from.RuleIndex}") : null;
        var author = origin?.Resource ?? rule.Resource;
        var (targets, unresolved) = Targets(entry.Default, author);
        var mirrors = FactList.From(Mirrors(entry.Default, author));
        var hasEverything = false;
        for (var i = 0; i < matches.Count; i++)
        {
            if (FaultOf(matches[i]) is { } fault)
            {
                _faults.Add($"{route?.ToString() ?? hash}: {fault}; requests that it would match are not routed by it");
                continue;
            }

            hasEverything |= IsEverything(matches[i]);
            routes.Add((matches[i], new RoutePlan(route?.ToString() ?? hash, route, index, i, targets, unresolved, mirrors)));
        }

        return hasEverything;
    }

    private (FactList<RouteBackend> Backends, uint Unresolved) Targets(HttpRouteConf? conf, Resource author)
    {
        if ((conf?.Filters ?? []).Any(filter => filter.Type == HttpRouteFilter.RequestRedirectType))
        {
            return ([], 0);
        }

        if (conf?.BackendRefs is not { Count: > 0 } references)
        {
            return ([new RouteBackend(destination.Kri, 1, destination.IsExternal)], 0);
        }

        var found = new List<RouteBackend>(references.Count);
        var unresolved = 0u;
        foreach (var reference in references)
        {
            var weight = reference.Weight ?? 1;
            if (ResolveHttp(reference, author) is { } backend)
            {
                found.Add(new RouteBackend(backend.Kri, weight, backend.IsExternal));
            }
            else
            {
                unresolved += weight;
            }
        }

        return (FactList.From(found), unresolved);
    }

    private IEnumerable<Kri?> Mirrors(HttpRouteConf? conf, Resource author)
    {
        foreach (var filter in conf?.Filters ?? [])
        {
            if (filter is { Type: HttpRouteFilter.RequestMirrorType, RequestMirror.BackendRef: { } reference })
            {
                yield return ResolveHttp(reference, author)?.Kri;
            }
        }
    }

    private ResolvedBackend? ResolveHttp(BackendRef reference, Resource author) =>
        backends.Resolve(reference, author) is { } backend && Protocols.IsHttp(backend.Protocol) ? backend : null;
}
