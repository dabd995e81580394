using EnvoyApi.Config.Route.V3;
using EnvoyApi.Type.Matcher.V3;
using Mesh.Model.Policies;
using EnvoyHeaderMatcher = EnvoyApi.Config.Route.V3.HeaderMatcher;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Matches of a MeshHTTPRoute as Envoy writes them.</summary>
internal static class HttpRouteMatcher
{
    /// <summary>One match; a path prefix needs two: the path itself and everything below it.</summary>
    internal static IEnumerable<RouteMatch> Build(HttpRouteMatch match)
    {
        foreach (var path in Paths(match.Path))
        {
            if (match.Method is { Length: > 0 } method)
            {
                path.Headers.Add(new EnvoyHeaderMatcher { Name = ":method", StringMatch = new StringMatcher { Exact = method } });
            }

            path.Headers.Add((match.Headers ?? []).Select(Header));
            path.QueryParameters.Add((match.QueryParams ?? []).Select(Query));
            yield return path;
        }
    }

    private static IEnumerable<RouteMatch> Paths(HttpPathMatch? path)
    {
        switch (path)
        {
            case { Type: HttpPathMatch.Exact, Value: { } value }:
                yield return new RouteMatch { Path = value };
                break;
            case { Type: HttpPathMatch.RegularExpression, Value: { } value }:
                yield return new RouteMatch { SafeRegex = new RegexMatcher { Regex = value } };
                break;
            case { Type: HttpPathMatch.PathPrefix, Value: { } value } when value != "/":
                yield return new RouteMatch { Path = value };
                yield return new RouteMatch { Prefix = value + "/" };
                break;
            default:
                yield return new RouteMatch { Prefix = "/" };
                break;
        }
    }

    private static EnvoyHeaderMatcher Header(HeaderMatch header)
    {
        var matcher = new EnvoyHeaderMatcher { Name = header.Name ?? "" };
        switch (header.Type)
        {
            case HeaderMatch.Present:
                matcher.PresentMatch = true;
                break;
            case HeaderMatch.Absent:
                matcher.PresentMatch = false;
                break;
            case HeaderMatch.Prefix:
                matcher.StringMatch = new StringMatcher { Prefix = header.Value ?? "" };
                break;
            default:
                matcher.StringMatch = Text(header.Type, header.Value);
                break;
        }

        return matcher;
    }

    private static QueryParameterMatcher Query(HttpQueryParamMatch query) =>
        new() { Name = query.Name ?? "", StringMatch = Text(query.Type, query.Value) };

    private static StringMatcher Text(string? type, string? value) => type == HeaderMatch.RegularExpression
        ? new StringMatcher { SafeRegex = new RegexMatcher { Regex = value ?? "" } }
        : new StringMatcher { Exact = value ?? "" };
}
