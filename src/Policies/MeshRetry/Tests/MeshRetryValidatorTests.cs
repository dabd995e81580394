using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshRetry.Tests;

public sealed class MeshRetryValidatorTests
{
    [Fact]
    public void Validate_NoTo_IsAFault() => Assert.Equal(
        [
            "spec.to: needs at least one item",
        ],
        PolicyFaults.Of("MeshRetry", "{}"));

    [Fact]
    public void Validate_NothingConfigured_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default.conf: at least one of the 'tcp', 'http', 'grpc' must be specified",
        ],
        PolicyFaults.Of("MeshRetry", "{to: [{targetRef: {kind: Mesh}, default: {}}]}"));

    [Fact]
    public void Validate_EmptyParts_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.conf.tcp: must not be empty",
            "spec.to[0].default.conf.http: must not be empty",
            "spec.to[0].default.conf.grpc.backOff: must not be empty",
        ],
        PolicyFaults.Of("MeshRetry", "{to: [{targetRef: {kind: Mesh}, default: {tcp: {}, http: {}, grpc: {backOff: {}}}}]}"));

    [Fact]
    public void Validate_UnknownConditions_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.conf.http.retryOn[2]: unknown item '999'",
            "spec.to[0].default.conf.http.retryOn[3]: unknown item 'Nope'",
            "spec.to[0].default.conf.grpc.retryOn[1]: unknown item 'Nope'",
        ],
        PolicyFaults.Of("MeshRetry", "{to: [{targetRef: {kind: Mesh}, default: {http: {retryOn: [5xx, \"503\", \"999\", Nope]}, grpc: {retryOn: [Canceled, Nope]}}}]}"));

    [Fact]
    public void Validate_HostSelection_IsChecked() => Assert.Equal(
        [
            "spec.to[0].default.conf.http.hostSelection[0].tags: must be defined",
            "spec.to[0].default.conf.http.hostSelection[1].updateFrequency: must be defined and greater than zero",
            "spec.to[0].default.conf.http.hostSelection[2].predicate: OmitPreviousPriorities must only be specified once",
            "spec.to[0].default.conf.http.hostSelection[3].predicate: unknown predicate type 'Nope'",
        ],
        PolicyFaults.Of("MeshRetry", "{to: [{targetRef: {kind: Mesh}, default: {http: {hostSelection: [{predicate: OmitHostsWithTags}, {predicate: OmitPreviousPriorities, updateFrequency: 0}, {predicate: OmitPreviousPriorities}, {predicate: Nope}]}}}]}"));

    [Fact]
    public void Validate_RateLimitedBackOff_IsChecked() => Assert.Equal(
        [
            "spec.to[0].default.conf.http.rateLimitedBackOff.maxInterval: must be defined and greater than zero",
            "spec.to[0].default.conf.http.rateLimitedBackOff.resetHeaders: must be defined",
        ],
        PolicyFaults.Of("MeshRetry", "{to: [{targetRef: {kind: Mesh}, default: {http: {rateLimitedBackOff: {maxInterval: 0s}}}}]}"));

    [Fact]
    public void Validate_GoodOne_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshRetry", "{to: [{targetRef: {kind: MeshService, labels: {app: a}, sectionName: main}, default: {tcp: {maxConnectAttempt: 3}, http: {numRetries: 0}}}]}"));
}
