using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Type.V3;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;
using EnvoyOutlierDetection = EnvoyApi.Config.Cluster.V3.OutlierDetection;

namespace Mesh.Policies.MeshCircuitBreaker;

/// <summary>
/// Puts limits and outlier detection on clusters. Every cluster, also those that no policy speaks about, counts what is left
/// of its limits (contract §2.6).
/// </summary>
[Policy]
public sealed class MeshCircuitBreakerPolicy : Policy
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshCircuitBreakerKind.Resource;

    /// <inheritdoc/>
    public override void Configure(ClusterDraft draft, MergedConf? conf)
    {
        var breakers = conf?.As<MeshCircuitBreakerConf>();
        var threshold = Limits(breakers?.ConnectionLimits);
        threshold.TrackRemaining = true;
        draft.Cluster.CircuitBreakers = new CircuitBreakers { Thresholds = { threshold } };
        if (breakers?.OutlierDetection is { } detection)
        {
            ConfigurePanic(draft.Cluster, detection);
            if (detection.Disabled != true)
            {
                draft.Cluster.OutlierDetection = Detection(detection);
            }
        }
    }

    private static CircuitBreakers.Types.Thresholds Limits(ConnectionLimits? limits) => new()
    {
        MaxConnectionPools = limits?.MaxConnectionPools,
        MaxConnections = limits?.MaxConnections,
        MaxPendingRequests = limits?.MaxPendingRequests,
        MaxRequests = limits?.MaxRequests,
        MaxRetries = limits?.MaxRetries,
    };

    private static void ConfigurePanic(Cluster cluster, OutlierDetection detection)
    {
        if (detection.HealthyPanicThreshold is { } threshold && threshold.TryGetDecimal(out var percent))
        {
            (cluster.CommonLbConfig ??= new()).HealthyPanicThreshold = new Percent { Value = (double)percent };
        }
    }

    private static EnvoyOutlierDetection Detection(OutlierDetection conf)
    {
        var detection = new EnvoyOutlierDetection
        {
            Interval = conf.Interval?.ToProto(),
            BaseEjectionTime = conf.BaseEjectionTime?.ToProto(),
            MaxEjectionPercent = conf.MaxEjectionPercent,
            SplitExternalLocalOriginErrors = conf.SplitExternalAndLocalErrors ?? false,
        };
        ConfigureConsecutive(detection, conf.Detectors);
        if (conf.Detectors is { } detectors)
        {
            ConfigureSuccessRate(detection, detectors.SuccessRate);
            ConfigureFailurePercentage(detection, detectors.FailurePercentage);
        }

        return detection;
    }

    // A detector that is not asked for must not eject: Envoy's own default would be to enforce some of them.
    private static uint Enforce(bool asked) => asked ? 100u : 0u;

    private static void ConfigureConsecutive(EnvoyOutlierDetection detection, OutlierDetectors? detectors)
    {
        detection.Consecutive5Xx = detectors?.TotalFailures?.Consecutive;
        detection.EnforcingConsecutive5Xx = Enforce(detection.Consecutive5Xx is not null);
        detection.ConsecutiveGatewayFailure = detectors?.GatewayFailures?.Consecutive;
        detection.EnforcingConsecutiveGatewayFailure = Enforce(detection.ConsecutiveGatewayFailure is not null);
        detection.ConsecutiveLocalOriginFailure = detectors?.LocalOriginFailures?.Consecutive;
        detection.EnforcingConsecutiveLocalOriginFailure = Enforce(detection.ConsecutiveLocalOriginFailure is not null);
    }

    private static void ConfigureSuccessRate(EnvoyOutlierDetection detection, SuccessRateDetector? conf)
    {
        detection.EnforcingSuccessRate = Enforce(conf is not null);
        detection.EnforcingLocalOriginSuccessRate = Enforce(conf is not null);
        detection.SuccessRateMinimumHosts = conf?.MinimumHosts;
        detection.SuccessRateRequestVolume = conf?.RequestVolume;
        if (conf?.StandardDeviationFactor is { } factor && factor.TryGetDecimal(out var deviations))
        {
            // Envoy takes thousandths.
            detection.SuccessRateStdevFactor = (uint)(deviations * 1000);
        }
    }

    private static void ConfigureFailurePercentage(EnvoyOutlierDetection detection, FailurePercentageDetector? conf)
    {
        detection.EnforcingFailurePercentage = Enforce(conf is not null);
        detection.EnforcingFailurePercentageLocalOrigin = Enforce(conf is not null);
        detection.FailurePercentageMinimumHosts = conf?.MinimumHosts;
        detection.FailurePercentageRequestVolume = conf?.RequestVolume;
        detection.FailurePercentageThreshold = conf?.Threshold;
    }
}
