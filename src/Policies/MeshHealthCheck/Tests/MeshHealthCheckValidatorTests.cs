using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshHealthCheck.Tests;

public sealed class MeshHealthCheckValidatorTests
{
    [Fact]
    public void Validate_NoChecker_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default: must have at least one defined: http, tcp, grpc",
        ],
        PolicyFaults.Of("MeshHealthCheck", "{to: [{targetRef: {kind: Mesh}, default: {}}]}"));

    [Fact]
    public void Validate_BadValues_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.interval: must be greater than zero when defined",
            "spec.to[0].default.unhealthyThreshold: must be greater than zero when defined",
            "spec.to[0].default.intervalJitterPercent: must be in inclusive range [0, 100]",
            "spec.to[0].default.eventLogPath: must be a valid path when defined",
            "spec.to[0].default.http.path: must be defined",
            "spec.to[0].default.http.expectedStatuses[1]: must be in inclusive range [100, 599]",
        ],
        PolicyFaults.Of("MeshHealthCheck", "{to: [{targetRef: {kind: Mesh}, default: {interval: 0s, unhealthyThreshold: 0, intervalJitterPercent: 101, eventLogPath: \"a b\", http: {path: \"\", expectedStatuses: [200, 99]}}}]}"));

    [Fact]
    public void Validate_GoodOne_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshHealthCheck", "{to: [{targetRef: {kind: MeshMultiZoneService, labels: {a: b}}, default: {grpc: {}}}]}"));
}
