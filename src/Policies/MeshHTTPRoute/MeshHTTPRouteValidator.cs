using System.Text.RegularExpressions;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Rules of MeshHTTPRoutes (contract §2.6); those of filters stand in <see cref="HttpRouteFilterRules"/>.</summary>
internal static class MeshHTTPRouteValidator
{
    private static readonly string[] _destinations = [TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshHTTPRouteSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        for (var i = 0; i < spec.To?.Count; i++)
        {
            var (entry, field) = (spec.To[i], path.Field("to").Index(i));
            field.Field("targetRef").Target(entry.TargetRef, _destinations);
            if (entry.Hostnames is { Count: > 0 })
            {
                field.Field("hostnames").Add(Messages.MustNotBeDefined);
            }

            for (var j = 0; j < entry.Rules?.Count; j++)
            {
                CheckRule(entry.Rules[j], field.Field("rules").Index(j));
            }
        }
    }

    public static IEnumerable<string> Advise(Resource resource)
    {
        var spec = resource.SpecAs<MeshHTTPRouteSpec>();
        if (spec.To is not { Count: > 0 })
        {
            yield return $"MeshHTTPRoute '{resource.Name}' has no 'to', so it does nothing.";
        }

        var matches = spec.To?.SelectMany(to => to.Rules ?? []).SelectMany(rule => rule.Matches ?? []) ?? [];
        foreach (var expression in matches.SelectMany(Expressions).Distinct().Where(expression => !IsExpression(expression)))
        {
            yield return $"MeshHTTPRoute '{resource.Name}' has the broken expression '{expression}'; the match with it is left out.";
        }
    }

    private static IEnumerable<string> Expressions(HttpRouteMatch match)
    {
        if (match.Path is { Type: HttpPathMatch.RegularExpression, Value: { } path })
        {
            yield return path;
        }

        foreach (var header in match.Headers?.Where(h => h.Type == HeaderMatch.RegularExpression) ?? [])
        {
            yield return header.Value ?? "";
        }

        foreach (var parameter in match.QueryParams?.Where(p => p.Type == "RegularExpression") ?? [])
        {
            yield return parameter.Value ?? "";
        }
    }

    private static bool IsExpression(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static void CheckRule(HttpRouteRule rule, FieldPath path)
    {
        var matches = rule.Matches ?? [];
        for (var i = 0; i < matches.Count; i++)
        {
            CheckMatch(matches[i], path.Field("matches").Index(i));
        }

        HttpRouteFilterRules.Check(rule.Default?.Filters ?? [], matches, path.Field("default").Field("filters"));
        for (var i = 0; i < rule.Default?.BackendRefs?.Count; i++)
        {
            path.Field("default").Field("backendRefs").Index(i).Backend(rule.Default.BackendRefs[i]);
        }
    }

    private static void CheckMatch(HttpRouteMatch match, FieldPath path)
    {
        if (match.Path is { Type: HttpPathMatch.Exact or HttpPathMatch.PathPrefix } pathMatch)
        {
            CheckPath(pathMatch.Value ?? "", pathMatch.Type == HttpPathMatch.PathPrefix, path.Field("path").Field("value"));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < match.QueryParams?.Count; i++)
        {
            if (!names.Add(match.QueryParams[i].Name ?? ""))
            {
                path.Field("queryParams").Index(i).Field("name").Add($"multiple entries for name {match.QueryParams[i].Name}");
            }
        }

        for (var i = 0; i < match.Headers?.Count; i++)
        {
            if (match.Headers[i] is { Type: HeaderMatch.Present or HeaderMatch.Absent, Value: { Length: > 0 } })
            {
                path.Field("headers").Index(i).Field("value").Add(Messages.MustNotBeDefined);
            }
        }
    }

    private static void CheckPath(string value, bool isPrefix, FieldPath path)
    {
        if (isPrefix && value == "/")
        {
            return;
        }

        if (isPrefix && value.EndsWith('/'))
        {
            path.Add("does not need a trailing slash because only a `/`-separated prefix or an entire path is matched");
        }

        if (!value.StartsWith('/'))
        {
            path.Add("must be an absolute path");
        }
    }
}
