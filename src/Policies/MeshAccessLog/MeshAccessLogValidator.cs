using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshAccessLog;

/// <summary>Rules of MeshAccessLogs (contract §2.6).</summary>
internal static class MeshAccessLogValidator
{
    private static readonly string[] _destinations =
    [
        TargetKinds.Mesh, TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService, TargetKinds.MeshHTTPRoute,
    ];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshAccessLogSpec>();
        var path = FieldPath.Spec(violations);
        var (hasTo, hasRules) = (spec.To is { Count: > 0 }, spec.Rules is { Count: > 0 });
        path.Field("targetRef").TopTarget(spec.TargetRef, hasRules);
        if (hasTo && hasRules)
        {
            path.Add("'to' must be empty when 'rules' is defined");
        }
        else if (!hasTo && !hasRules)
        {
            path.Add("at least one of 'to' or 'rules' has to be defined");
        }

        for (var i = 0; i < spec.To?.Count; i++)
        {
            path.Field("to").Index(i).Field("targetRef").Target(spec.To[i].TargetRef, _destinations);
            CheckConf(spec.To[i].Default, path.Field("to").Index(i).Field("default").Field("backends"));
        }

        for (var i = 0; i < spec.Rules?.Count; i++)
        {
            path.Field("rules").Index(i).Field("matches").Matches(spec.Rules[i].Matches);
            CheckConf(spec.Rules[i].Default, path.Field("rules").Index(i).Field("default").Field("backends"));
        }
    }

    private static void CheckConf(MeshAccessLogConf? conf, FieldPath path)
    {
        if (conf?.Backends is not { } backends)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        for (var i = 0; i < backends.Count; i++)
        {
            CheckBackend(backends[i], path.Index(i));
        }
    }

    private static void CheckBackend(AccessLogBackend backend, FieldPath path)
    {
        switch (backend.Type)
        {
            case AccessLogBackend.FileType when backend.File is { } file:
                CheckFormat(file.Format, path.Field("file").Field("format"));
                if (!HostNames.IsFilePath(file.Path ?? ""))
                {
                    path.Field("file").Field("path").Add("file backend requires a valid path");
                }

                break;
            case AccessLogBackend.TcpType when backend.Tcp is { } tcp:
                CheckFormat(tcp.Format, path.Field("tcp").Field("format"));
                if (!HostNames.IsUrl(tcp.Address ?? ""))
                {
                    path.Field("tcp").Field("address").Add("tcp backend requires valid address");
                }

                break;
            case AccessLogBackend.OpenTelemetryType when backend.OpenTelemetry is { } openTelemetry:
                path.Field("openTelemetry").Field("backendRef").BackendResource(openTelemetry.BackendRef);
                CheckAttributes(openTelemetry.Attributes ?? [], path.Field("openTelemetry").Field("attributes"));
                break;
            case AccessLogBackend.FileType:
                path.Field("file").Add(Messages.MustBeDefined);
                break;
            case AccessLogBackend.TcpType:
                path.Field("tcp").Add(Messages.MustBeDefined);
                break;
            case AccessLogBackend.OpenTelemetryType:
                path.Field("openTelemetry").Add(Messages.MustBeDefined);
                break;
            default:
                path.Field("type").OneOf(
                    backend.Type ?? "", "type", AccessLogBackend.TcpType, AccessLogBackend.FileType, AccessLogBackend.OpenTelemetryType);
                break;
        }
    }

    private static void CheckAttributes(IReadOnlyList<LogAttribute> attributes, FieldPath path)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            var (key, field) = (attributes[i].Key ?? "", path.Index(i).Field("key"));
            if (key.Length == 0)
            {
                field.Add(Messages.MustBeDefined);
            }
            else if (key.Contains('%', StringComparison.Ordinal))
            {
                field.Add("must be a static OpenTelemetry attribute name; placeholders are only supported in values");
            }
            else if (key.StartsWith("otel.", StringComparison.Ordinal))
            {
                field.Add("must not use the reserved OpenTelemetry prefix 'otel.'");
            }
        }
    }

    private static void CheckFormat(AccessLogFormat? format, FieldPath path)
    {
        switch (format)
        {
            case null:
                return;
            case { Type: AccessLogFormat.PlainType }:
                if (string.IsNullOrEmpty(format.Plain))
                {
                    path.Field("plain").Add(format.Plain is null ? Messages.MustBeDefined : Messages.MustNotBeEmpty);
                }

                break;
            case { Type: AccessLogFormat.JsonType }:
                CheckJson(format.Json, path.Field("json"));
                break;
            default:
                path.Field("type").OneOf(format.Type ?? "", "type", AccessLogFormat.PlainType, AccessLogFormat.JsonType);
                break;
        }
    }

    private static void CheckJson(IReadOnlyList<JsonLogField>? fields, FieldPath path)
    {
        if (fields is not { Count: > 0 })
        {
            path.Add(fields is null ? Messages.MustBeDefined : Messages.MustNotBeEmpty);
        }

        for (var i = 0; i < fields?.Count; i++)
        {
            var (key, value, field) = (fields[i].Key ?? "", fields[i].Value ?? "", path.Index(i));
            if (key.Length == 0)
            {
                field.Field("key").Add("key cannot be empty");
            }

            if (value.Length == 0)
            {
                field.Field("value").Add("value cannot be empty");
            }

            if (BreaksJson(key) || BreaksJson(value))
            {
                field.Add("is not a valid JSON object");
            }
        }
    }

    private static bool BreaksJson(string text) => text.Any(c => c is '"' or < ' ') || text.EndsWith('\\');
}
