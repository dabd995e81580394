using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshCircuitBreaker;

/// <summary>Rules of MeshCircuitBreakers (contract §2.6).</summary>
internal static class MeshCircuitBreakerValidator
{
    private static readonly string[] _destinations =
        [TargetKinds.Mesh, TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshCircuitBreakerSpec>();
        var path = FieldPath.Spec(violations);
        var hasRules = spec.Rules is { Count: > 0 };
        path.Field("targetRef").TopTarget(spec.TargetRef, hasRules);
        if (!hasRules && spec.To is not { Count: > 0 })
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
            CheckConf(spec.Rules[i].Default, path.Field("rules").Index(i).Field("default"));
        }
    }

    private static void CheckConf(MeshCircuitBreakerConf? conf, FieldPath path)
    {
        if (conf is null or { ConnectionLimits: null, OutlierDetection: null })
        {
            path.Add("at least one of: 'connectionLimits' or 'outlierDetection' should be configured");
            return;
        }

        var limits = path.Field("connectionLimits");
        limits.Field("maxConnections").Positive(conf.ConnectionLimits?.MaxConnections);
        limits.Field("maxConnectionPools").Positive(conf.ConnectionLimits?.MaxConnectionPools);
        limits.Field("maxPendingRequests").Positive(conf.ConnectionLimits?.MaxPendingRequests);
        limits.Field("maxRetries").Positive(conf.ConnectionLimits?.MaxRetries);
        limits.Field("maxRequests").Positive(conf.ConnectionLimits?.MaxRequests);
        if (conf.OutlierDetection is { } detection)
        {
            CheckDetection(detection, path.Field("outlierDetection"));
        }
    }

    private static void CheckDetection(OutlierDetection detection, FieldPath path)
    {
        path.Field("interval").Positive(detection.Interval);
        path.Field("baseEjectionTime").Positive(detection.BaseEjectionTime);
        path.Field("maxEjectionPercent").WholePercentage(detection.MaxEjectionPercent);
        path.Field("healthyPanicThreshold").Percentage(detection.HealthyPanicThreshold);
        path = path.Field("detectors");
        if (detection.Detectors is not { } detectors)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        if (detectors is { TotalFailures: null, GatewayFailures: null, LocalOriginFailures: null, SuccessRate: null, FailurePercentage: null })
        {
            path.Add(Messages.AtLeastOneOf("totalFailures", "gatewayFailures", "localOriginFailures", "successRate", "failurePercentage"));
            return;
        }

        path.Field("totalFailures").Field("consecutive").Positive(detectors.TotalFailures?.Consecutive);
        path.Field("gatewayFailures").Field("consecutive").Positive(detectors.GatewayFailures?.Consecutive);
        path.Field("localOriginFailures").Field("consecutive").Positive(detectors.LocalOriginFailures?.Consecutive);
        CheckSuccessRate(detectors.SuccessRate, path.Field("successRate"));
        path.Field("failurePercentage").Field("minimumHosts").Positive(detectors.FailurePercentage?.MinimumHosts);
        path.Field("failurePercentage").Field("requestVolume").Positive(detectors.FailurePercentage?.RequestVolume);
        path.Field("failurePercentage").Field("threshold").WholePercentage(detectors.FailurePercentage?.Threshold);
    }

    private static void CheckSuccessRate(SuccessRateDetector? detector, FieldPath path)
    {
        path.Field("minimumHosts").Positive(detector?.MinimumHosts);
        path.Field("requestVolume").Positive(detector?.RequestVolume);
        if (detector?.StandardDeviationFactor is not { } factor)
        {
            return;
        }

        if (!factor.TryGetDecimal(out var number))
        {
            path.Field("standardDeviationFactor").Add("invalid number");
        }
        else if (number <= 0)
        {
            path.Field("standardDeviationFactor").Add("must be greater than 0");
        }
    }
}
