using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Type.Matcher.V3;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Routing;
using static EnvoyApi.Config.Route.V3.RouteAction.Types;
using AppendAction = EnvoyApi.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction;
using RedirectCode = EnvoyApi.Config.Route.V3.RedirectAction.Types.RedirectResponseCode;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Applies the filters of a rule to a route.</summary>
internal static class HttpRouteFilters
{
    internal static void Apply(Route route, HttpRouteConf? conf, FactList<Kri?> mirrors)
    {
        var mirror = 0;
        foreach (var filter in conf?.Filters ?? [])
        {
            switch (filter.Type)
            {
                case HttpRouteFilter.RequestHeaderModifierType when filter.RequestHeaderModifier is { } headers:
                    route.RequestHeadersToAdd.Add(Additions(headers));
                    route.RequestHeadersToRemove.Add(headers.Remove ?? []);
                    break;
                case HttpRouteFilter.ResponseHeaderModifierType when filter.ResponseHeaderModifier is { } headers:
                    route.ResponseHeadersToAdd.Add(Additions(headers));
                    route.ResponseHeadersToRemove.Add(headers.Remove ?? []);
                    break;
                case HttpRouteFilter.RequestRedirectType when filter.RequestRedirect is { } redirect:
                    route.Redirect = Redirect(route.Match, redirect);
                    break;
                case HttpRouteFilter.UrlRewriteType when filter.UrlRewrite is { } rewrite && route.Route_ is { } action:
                    Rewrite(route.Match, action, rewrite);
                    break;
                case HttpRouteFilter.RequestMirrorType when filter.RequestMirror is { BackendRef: not null } settings:
                    if (mirrors[mirror++] is { } cluster && route.Route_ is { } mirrored)
                    {
                        mirrored.RequestMirrorPolicies.Add(Mirror(settings, cluster));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<HeaderValueOption> Additions(HeaderModifier headers) =>
        (headers.Set ?? []).Select(header => Option(header, AppendAction.OverwriteIfExistsOrAdd))
        .Concat((headers.Add ?? []).Select(header => Option(header, AppendAction.AppendIfExistsOrAdd)));

    private static HeaderValueOption Option(Mesh.Model.Policies.HeaderValue header, AppendAction action) => new()
    {
        Header = new EnvoyApi.Config.Core.V3.HeaderValue { Key = header.Name ?? "", Value = header.Value ?? "" },
        AppendAction = action,
    };

    private static RedirectAction Redirect(RouteMatch match, HttpRequestRedirect redirect)
    {
        var action = new RedirectAction
        {
            HostRedirect = redirect.Hostname ?? "",
            PortRedirect = (uint)(redirect.Port ?? 0),
            ResponseCode = (redirect.StatusCode ?? 302) switch
            {
                301 => RedirectCode.MovedPermanently,
                303 => RedirectCode.SeeOther,
                307 => RedirectCode.TemporaryRedirect,
                308 => RedirectCode.PermanentRedirect,
                _ => RedirectCode.Found,
            },
        };
        if (redirect.Scheme is { Length: > 0 } scheme)
        {
            action.SchemeRedirect = scheme;
        }

        switch (redirect.Path)
        {
            case { Type: HttpPathRewrite.FullPath } path:
                action.PathRedirect = path.ReplaceFullPath ?? "";
                break;
            case { Type: HttpPathRewrite.PrefixMatch } path when IsWholePath(match):
                action.RegexRewrite = Whole(path.ReplacePrefixMatch);
                break;
            case { Type: HttpPathRewrite.PrefixMatch } path:
                action.PrefixRewrite = path.ReplacePrefixMatch ?? "";
                break;
            default:
                break;
        }

        return action;
    }

    private static void Rewrite(RouteMatch match, RouteAction action, HttpUrlRewrite rewrite)
    {
        if (rewrite.Hostname is { Length: > 0 } host)
        {
            action.HostRewriteLiteral = host;
        }

        switch (rewrite.Path)
        {
            case { Type: HttpPathRewrite.FullPath } path:
                action.RegexRewrite = Whole(path.ReplaceFullPath);
                break;
            case { Type: HttpPathRewrite.PrefixMatch } path when IsWholePath(match):
                action.RegexRewrite = Whole(path.ReplacePrefixMatch);
                break;
            case { Type: HttpPathRewrite.PrefixMatch } path:
                action.PrefixRewrite = path.ReplacePrefixMatch ?? "";
                break;
            default:
                break;
        }
    }

    private static bool IsWholePath(RouteMatch match) => match.PathSpecifierCase == RouteMatch.PathSpecifierOneofCase.Path;

    private static RegexMatchAndSubstitute Whole(string? replacement) =>
        new() { Pattern = new RegexMatcher { Regex = ".*" }, Substitution = replacement ?? "" };

    private static RequestMirrorPolicy Mirror(HttpRequestMirror settings, Kri cluster)
    {
        var percentage = settings.Percentage is { } text && text.TryGetDecimal(out var value) ? value : 100m;
        return new RequestMirrorPolicy
        {
            Cluster = cluster.ToString(),
            RuntimeFraction = new RuntimeFractionalPercent { DefaultValue = Percentages.ToFraction(percentage) },
        };
    }
}
