using System.Text.RegularExpressions;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshMetric;

/// <summary>
/// Rules of MeshMetrics (contract §2.6). Paths of items have the singular in them (<c>backends.backend[0]</c>), as clients know them.
/// </summary>
internal static class MeshMetricValidator
{
    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshMetricSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        path = path.Field("default");
        var profiles = path.Field("sidecar").Field("profiles");
        CheckSelectors(spec.Default?.Sidecar?.Profiles?.Exclude ?? [], profiles.Field("exclude"));
        CheckSelectors(spec.Default?.Sidecar?.Profiles?.Include ?? [], profiles.Field("include"));
        CheckProfiles(spec.Default?.Sidecar?.Profiles?.AppendProfiles ?? [], profiles.Field("appendProfiles"));
        for (var i = 0; i < spec.Default?.Applications?.Count; i++)
        {
            path.Field("applications").Field("application").Index(i).Port(spec.Default.Applications[i].Port);
        }

        for (var i = 0; i < spec.Default?.Backends?.Count; i++)
        {
            CheckBackend(spec.Default.Backends[i], path.Field("backends").Field("backend").Index(i));
        }
    }

    public static IEnumerable<string> Advise(Resource resource)
    {
        var spec = resource.SpecAs<MeshMetricSpec>();
        if (spec.Default?.Backends is not { Count: > 0 })
        {
            yield return $"MeshMetric '{resource.Name}' has no backends, so it does nothing.";
        }
    }

    private static void CheckProfiles(IReadOnlyList<MetricProfile> profiles, FieldPath path)
    {
        for (var i = 0; i < profiles.Count; i++)
        {
            if (profiles[i].Name is not ("All" or "Basic" or "None"))
            {
                path.Index(i).Field("name").Add($"unrecognized profile name '{profiles[i].Name}' - 'All', 'None', 'Basic' are supported");
            }
        }
    }

    private static void CheckSelectors(IReadOnlyList<MetricSelector> selectors, FieldPath path)
    {
        for (var i = 0; i < selectors.Count; i++)
        {
            switch (selectors[i].Type)
            {
                case "Regex" when !IsExpression(selectors[i].Match ?? ""):
                    path.Index(i).Field("match").Add("invalid regex");
                    break;
                case "Regex" or "Prefix" or "Exact" or "Contains":
                    break;
                default:
                    path.Index(i).Field("type").Add(
                        $"unrecognized type '{selectors[i].Type}' - 'Regex', 'Prefix', 'Exact', 'Contains' are supported");
                    break;
            }
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

    private static void CheckBackend(MetricBackend backend, FieldPath path)
    {
        switch (backend.Type)
        {
            case MetricBackend.PrometheusType when backend.Prometheus is { } prometheus:
                path.Field("port").Port(prometheus.Port ?? 5670);
                break;
            case MetricBackend.OpenTelemetryType when backend.OpenTelemetry is { } openTelemetry:
                path.Field("openTelemetry").Field("backendRef").BackendResource(openTelemetry.BackendRef);
                break;
            case MetricBackend.PrometheusType:
                path.Field("prometheus").Add(Messages.MustBeDefined);
                break;
            case MetricBackend.OpenTelemetryType:
                path.Field("openTelemetry").Add(Messages.MustBeDefined);
                break;
            default:
                path.Add("unrecognized type");
                break;
        }
    }
}
