using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshHealthCheck;

/// <summary>Rules of MeshHealthChecks (contract §2.6).</summary>
internal static class MeshHealthCheckValidator
{
    private static readonly string[] _destinations =
        [TargetKinds.Mesh, TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshHealthCheckSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        for (var i = 0; i < spec.To?.Count; i++)
        {
            var field = path.Field("to").Index(i);
            field.Field("targetRef").Target(spec.To[i].TargetRef, _destinations);
            CheckConf(spec.To[i].Default ?? new MeshHealthCheckConf(), field.Field("default"));
        }
    }

    private static void CheckConf(MeshHealthCheckConf conf, FieldPath path)
    {
        path.Field("interval").Positive(conf.Interval);
        path.Field("timeout").Positive(conf.Timeout);
        path.Field("unhealthyThreshold").Positive(conf.UnhealthyThreshold);
        path.Field("healthyThreshold").Positive(conf.HealthyThreshold);
        path.Field("initialJitter").Positive(conf.InitialJitter);
        path.Field("intervalJitter").Positive(conf.IntervalJitter);
        path.Field("intervalJitterPercent").WholePercentage(conf.IntervalJitterPercent);
        path.Field("noTrafficInterval").Positive(conf.NoTrafficInterval);
        if (conf.EventLogPath is { } file && !HostNames.IsFilePath(file))
        {
            path.Field("eventLogPath").Add("must be a valid path when defined");
        }

        if (conf.Http?.Path is "")
        {
            path.Field("http").Field("path").Add(Messages.MustBeDefined);
        }

        for (var i = 0; i < conf.Http?.ExpectedStatuses?.Count; i++)
        {
            path.Field("http").Field("expectedStatuses").Index(i).StatusCode(conf.Http.ExpectedStatuses[i]);
        }

        if (conf is { Http: null, Tcp: null, Grpc: null })
        {
            path.Add(Messages.AtLeastOneOf("http", "tcp", "grpc"));
        }
    }
}
