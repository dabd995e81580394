using Mesh.Model.Policies;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Rules of a route's filters.</summary>
internal static class HttpRouteFilterRules
{
    public static void Check(IReadOnlyList<HttpRouteFilter> filters, IReadOnlyList<HttpRouteMatch> matches, FieldPath path)
    {
        var allPrefixes = matches.All(match => match.Path is { Type: HttpPathMatch.PathPrefix });
        for (var i = 0; i < filters.Count; i++)
        {
            CheckFilter(filters[i], allPrefixes, path.Index(i));
        }
    }

    private static void CheckFilter(HttpRouteFilter filter, bool allPrefixes, FieldPath path)
    {
        switch (filter.Type)
        {
            case HttpRouteFilter.RequestHeaderModifierType:
                CheckHeaders(filter.RequestHeaderModifier, path.Field("requestHeaderModifier"));
                break;
            case HttpRouteFilter.ResponseHeaderModifierType:
                CheckHeaders(filter.ResponseHeaderModifier, path.Field("responseHeaderModifier"));
                break;
            case HttpRouteFilter.RequestRedirectType:
                path = path.Field("requestRedirect");
                CheckTarget(filter.RequestRedirect, filter.RequestRedirect?.Path, filter.RequestRedirect?.Hostname, allPrefixes, path);
                break;
            case HttpRouteFilter.UrlRewriteType:
                path = path.Field("urlRewrite");
                CheckTarget(filter.UrlRewrite, filter.UrlRewrite?.Path, filter.UrlRewrite?.Hostname, allPrefixes, path);
                CheckBackendHostname(filter.UrlRewrite, path.Field("hostToBackendHostname"));
                break;
            case HttpRouteFilter.RequestMirrorType:
                CheckMirror(filter.RequestMirror, path.Field("requestMirror"));
                break;
            default:
                path.Field("type").Add($"unknown filter type '{filter.Type}'");
                break;
        }
    }

    private static void CheckTarget(object? filter, HttpPathRewrite? rewrite, string? hostname, bool allPrefixes, FieldPath path)
    {
        if (filter is null)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        if (rewrite?.ReplacePrefixMatch is not null && !allPrefixes)
        {
            path.Field("path").Field("replacePrefixMatch").Add("can only appear if all matches match a path prefix");
        }

        if (hostname is null)
        {
            return;
        }

        if (HostNames.IsAddress(hostname))
        {
            path.Field("hostname").Add("cannot be an IP address");
        }
        else
        {
            HostNames.CheckSubdomain(path.Field("hostname"), hostname);
        }
    }

    private static void CheckBackendHostname(HttpUrlRewrite? rewrite, FieldPath path)
    {
        if (rewrite?.HostToBackendHostname != true)
        {
            return;
        }

        path.Add("can only be set with MeshGateway");
        if (rewrite.Hostname is not null)
        {
            path.Add("cannot be set together with hostname");
        }
    }

    private static void CheckMirror(HttpRequestMirror? mirror, FieldPath path)
    {
        if (mirror is null)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        path.Field("percentage").Percentage(mirror.Percentage);
        path.Field("backendRef").Backend(mirror.BackendRef);
    }

    private static void CheckHeaders(HeaderModifier? modifier, FieldPath path)
    {
        if (modifier is null)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        if (modifier is { Set: null, Add: null, Remove: null })
        {
            path.Add(Messages.AtLeastOneOf("set", "add", "remove"));
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        CheckNames([.. (modifier.Set ?? []).Select(h => h.Name)], names, path.Field("set"));
        CheckNames([.. (modifier.Add ?? []).Select(h => h.Name)], names, path.Field("add"));
        CheckNames(modifier.Remove ?? [], names, path.Field("remove"));
    }

    private static void CheckNames(IReadOnlyList<string?> given, HashSet<string> names, FieldPath path)
    {
        for (var i = 0; i < given.Count; i++)
        {
            if (!names.Add(given[i] ?? ""))
            {
                path.Index(i).Field("name").Add("duplicate header name");
            }
        }
    }
}
