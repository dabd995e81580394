using Mesh.Model.Resources;
using Mesh.Model.Validation;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshTrace;

/// <summary>Rules of MeshTraces (contract §2.6).</summary>
internal static class MeshTraceValidator
{
    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshTraceSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        path = path.Field("default");
        CheckBackends(spec.Default?.Backends, path.Field("backends"));
        for (var i = 0; i < spec.Default?.Tags?.Count; i++)
        {
            var (tag, field) = (spec.Default.Tags[i], path.Field("tags").Index(i));
            if (string.IsNullOrEmpty(tag.Name))
            {
                field.Field("name").Add(Messages.MustNotBeEmpty);
            }

            if (tag.Header is null == tag.Literal is null)
            {
                field.Add(Messages.OnlyOneOf("tag", "header", "literal"));
            }
        }

        CheckSampling(spec.Default?.Sampling?.Client, path.Field("sampling").Field("client"));
        CheckSampling(spec.Default?.Sampling?.Random, path.Field("sampling").Field("random"));
        CheckSampling(spec.Default?.Sampling?.Overall, path.Field("sampling").Field("overall"));
    }

    private static void CheckBackends(IReadOnlyList<TraceBackend>? backends, FieldPath path)
    {
        switch (backends)
        {
            case null:
                path.Add(Messages.MustBeDefined);
                break;
            case { Count: 1 }:
                CheckBackend(backends[0], path.Index(0));
                break;
            case { Count: > 1 }:
                path.Add("must have zero or one backend defined");
                break;
            default:
                break;
        }
    }

    private static void CheckBackend(TraceBackend backend, FieldPath path)
    {
        switch (backend.Type)
        {
            case TraceBackend.DatadogType when backend.Datadog is { } datadog:
                CheckDatadog(datadog.Url ?? "", path.Field("datadog").Field("url"));
                break;
            case TraceBackend.ZipkinType when backend.Zipkin is { } zipkin:
                var field = path.Field("zipkin").Field("url");
                if (string.IsNullOrEmpty(zipkin.Url))
                {
                    field.Add(Messages.MustNotBeEmpty);
                }
                else if (!HostNames.IsUrl(zipkin.Url))
                {
                    field.Add("must be a valid url");
                }

                break;
            case TraceBackend.OpenTelemetryType when backend.OpenTelemetry is { } openTelemetry:
                path.Field("openTelemetry").Field("backendRef").BackendResource(openTelemetry.BackendRef);
                break;
            case TraceBackend.DatadogType:
                path.Field("datadog").Add(Messages.MustBeDefined);
                break;
            case TraceBackend.ZipkinType:
                path.Field("zipkin").Add(Messages.MustBeDefined);
                break;
            case TraceBackend.OpenTelemetryType:
                path.Field("openTelemetry").Add(Messages.MustBeDefined);
                break;
            default:
                path.Field("type").OneOf(
                    backend.Type ?? "", "type", TraceBackend.ZipkinType, TraceBackend.DatadogType, TraceBackend.OpenTelemetryType);
                break;
        }
    }

    /// <summary>The agent's address is scheme, host and port, and nothing else.</summary>
    private static void CheckDatadog(string text, FieldPath path)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || text.Any(char.IsWhiteSpace))
        {
            path.Add("must be a valid url");
            return;
        }

        if (url.Scheme != "http")
        {
            path.Add("scheme must be http");
        }

        var authority = url.IsFile ? "" : url.Authority;
        if (!text.Contains($"{authority}:{url.Port}", StringComparison.Ordinal) && !authority.Contains(':', StringComparison.Ordinal))
        {
            path.Add("port must be defined");
        }
        else if (url.Port is < 1 or > 65535)
        {
            path.Add(Messages.InvalidPort);
        }

        CheckRest(url, text, path);
    }

    private static void CheckRest(Uri url, string text, FieldPath path)
    {
        var isBare = url.AbsolutePath == "/" && !text.TrimEnd().EndsWith('/');
        (string Name, bool IsThere)[] parts =
        [
            ("user", url.UserInfo.Length > 0),
            ("path", !isBare && url.AbsolutePath.Length > 0 && !(url.AbsolutePath == "/" && !text.Contains("/?", StringComparison.Ordinal) && !text.EndsWith('/'))),
            ("query", url.Query.Length > 1),
            ("fragment", url.Fragment.Length > 1),
        ];
        foreach (var (name, isThere) in parts)
        {
            if (isThere)
            {
                path.Add($"{name} must not be defined");
            }
        }
    }

    private static void CheckSampling(IntOrString? sampling, FieldPath path)
    {
        if (sampling is not { } value)
        {
            return;
        }

        if (!value.TryGetDecimal(out var number))
        {
            path.Add("string is not a number");
        }
        else if (number is < 0 or > 100)
        {
            path.Add("must be between 0 and 100");
        }
    }
}
