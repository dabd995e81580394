using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshCircuitBreaker.Tests;

public sealed class MeshCircuitBreakerValidatorTests
{
    [Fact]
    public void Validate_NeitherToNorRules_IsAFault() => Assert.Equal(
        [
            "spec: at least one of 'to' or 'rules' has to be defined",
        ],
        PolicyFaults.Of("MeshCircuitBreaker", "{}"));

    [Fact]
    public void Validate_ToAndRules_Pass() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshCircuitBreaker", "{to: [{targetRef: {kind: Mesh}, default: {connectionLimits: {}}}], rules: [{default: {connectionLimits: {maxConnections: 1}}}]}"));

    [Fact]
    public void Validate_NothingConfigured_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default: at least one of: 'connectionLimits' or 'outlierDetection' should be configured",
        ],
        PolicyFaults.Of("MeshCircuitBreaker", "{to: [{targetRef: {kind: Mesh}, default: {}}]}"));

    [Fact]
    public void Validate_ZeroLimits_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].default.connectionLimits.maxConnections: must be greater than 0",
            "spec.rules[0].default.connectionLimits.maxRetries: must be greater than 0",
        ],
        PolicyFaults.Of("MeshCircuitBreaker", "{rules: [{default: {connectionLimits: {maxConnections: 0, maxRetries: 0}}}]}"));

    [Fact]
    public void Validate_NoDetectors_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default.outlierDetection.detectors: must have at least one defined: totalFailures, gatewayFailures, localOriginFailures, successRate, failurePercentage",
        ],
        PolicyFaults.Of("MeshCircuitBreaker", "{to: [{targetRef: {kind: Mesh}, default: {outlierDetection: {detectors: {}}}}]}"));

    [Fact]
    public void Validate_BadDetectors_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.outlierDetection.interval: must be greater than zero when defined",
            "spec.to[0].default.outlierDetection.maxEjectionPercent: must be in inclusive range [0, 100]",
            "spec.to[0].default.outlierDetection.healthyPanicThreshold: must be in inclusive range [0.0, 100.0]",
            "spec.to[0].default.outlierDetection.detectors.totalFailures.consecutive: must be greater than 0",
            "spec.to[0].default.outlierDetection.detectors.successRate.standardDeviationFactor: invalid number",
            "spec.to[0].default.outlierDetection.detectors.failurePercentage.threshold: must be in inclusive range [0, 100]",
        ],
        PolicyFaults.Of("MeshCircuitBreaker", "{to: [{targetRef: {kind: Mesh}, default: {outlierDetection: {interval: 0s, maxEjectionPercent: 101, healthyPanicThreshold: \"200\", detectors: {totalFailures: {consecutive: 0}, successRate: {standardDeviationFactor: \"x\"}, failurePercentage: {threshold: 150}}}}}]}"));

    [Fact]
    public void Validate_RouteAsDestination_IsAFault() => Assert.Equal(
        [
            "spec.to[0].targetRef.kind: value 'MeshHTTPRoute' is not supported",
        ],
        PolicyFaults.Of("MeshCircuitBreaker", "{to: [{targetRef: {kind: MeshHTTPRoute, labels: {a: b}}, default: {connectionLimits: {}}}]}"));
}
