using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshTimeout;

/// <summary>Rules of MeshTimeouts (contract §2.6).</summary>
internal static class MeshTimeoutValidator
{
    private static readonly string[] _destinations =
    [
        TargetKinds.Mesh, TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService, TargetKinds.MeshHTTPRoute,
    ];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshTimeoutSpec>();
        var path = FieldPath.Spec(violations);
        var (hasTo, hasRules) = (spec.To is { Count: > 0 }, spec.Rules is { Count: > 0 });
        path.Field("targetRef").TopTarget(spec.TargetRef, hasRules);
        if (hasTo && hasRules)
        {
            path.Add("fields 'to' must be empty when 'rules' is defined");
        }
        else if (!hasTo && !hasRules)
        {
            path.Add("at least one of 'to' or 'rules' has to be defined");
        }

        for (var i = 0; i < spec.To?.Count; i++)
        {
            var field = path.Field("to").Index(i);
            field.Field("targetRef").Target(spec.To[i].TargetRef, _destinations);
            CheckConf(spec.To[i].Default, field.Field("default"));
        }

        for (var i = 0; i < spec.Rules?.Count; i++)
        {
            var field = path.Field("rules").Index(i);
            var dependsOnSource = field.Field("matches").StrictMatches(spec.Rules[i].Matches);
            CheckConf(spec.Rules[i].Default, field.Field("default"));
            if (dependsOnSource)
            {
                CheckSourceConf(spec.Rules[i].Default, field.Field("default"));
            }
        }
    }

    private static void CheckConf(MeshTimeoutConf? conf, FieldPath path)
    {
        if (conf is null or { ConnectionTimeout: null, IdleTimeout: null, Http: null })
        {
            path.Add("at least one timeout should be configured");
            return;
        }

        path.Field("connectionTimeout").Positive(conf.ConnectionTimeout);
        path.Field("idleTimeout").NotNegative(conf.IdleTimeout);
        if (conf.Http is not { } http)
        {
            return;
        }

        path = path.Field("http");
        if (http is { RequestTimeout: null, StreamIdleTimeout: null, MaxStreamDuration: null, MaxConnectionDuration: null, RequestHeadersTimeout: null })
        {
            path.Add("at least one timeout in this section should be configured");
        }

        path.Field("requestTimeout").NotNegative(http.RequestTimeout);
        path.Field("streamIdleTimeout").NotNegative(http.StreamIdleTimeout);
        path.Field("maxStreamDuration").NotNegative(http.MaxStreamDuration);
        path.Field("maxConnectionDuration").NotNegative(http.MaxConnectionDuration);
        path.Field("requestHeadersTimeout").NotNegative(http.RequestHeadersTimeout);
    }

    /// <summary>Who calls is known only when a request has come in: timeouts of connections cannot depend on it.</summary>
    private static void CheckSourceConf(MeshTimeoutConf? conf, FieldPath path)
    {
        path.Field("connectionTimeout").Absent(conf?.ConnectionTimeout, Messages.NotBySource);
        path.Field("idleTimeout").Absent(conf?.IdleTimeout, Messages.NotBySource);
        path = path.Field("http");
        path.Field("requestHeadersTimeout").Absent(conf?.Http?.RequestHeadersTimeout, Messages.NotBySource);
        path.Field("maxStreamDuration").Absent(conf?.Http?.MaxStreamDuration, Messages.NotBySource);
        path.Field("maxConnectionDuration").Absent(conf?.Http?.MaxConnectionDuration, Messages.NotBySource);
    }
}
