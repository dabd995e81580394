using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshRateLimit.Tests;

public sealed class MeshRateLimitValidatorTests
{
    [Fact]
    public void Validate_Nothing_IsAFault() => Assert.Equal(
        [
            "spec: at least one of 'to' or 'rules' has to be defined",
        ],
        PolicyFaults.Of("MeshRateLimit", "{}"));

    [Fact]
    public void Validate_RulesForWholeMesh_AreAFault() => Assert.Equal(
        [
            "spec.rules: must not be defined",
        ],
        PolicyFaults.Of("MeshRateLimit", "{rules: [{default: {local: {http: {requestRate: {num: 1, interval: 1s}}}}}]}"));

    [Fact]
    public void Validate_ToForDataplanes_IsAFault() => Assert.Equal(
        [
            "spec.to: must not be defined",
        ],
        PolicyFaults.Of("MeshRateLimit", "{targetRef: {kind: Dataplane}, to: [{targetRef: {kind: Mesh}, default: {local: {http: {disabled: true}}}}]}"));

    [Fact]
    public void Validate_BadRates_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].default.local.http.requestRate.num: must be greater than 0",
            "spec.rules[0].default.local.http.requestRate.interval: must be greater than: 50ms",
            "spec.rules[0].default.local.http.onRateLimit.status: must be greater than 0",
            "spec.rules[0].default.local.tcp.connectionRate.num: must be greater than 0",
        ],
        PolicyFaults.Of("MeshRateLimit", "{targetRef: {kind: Dataplane}, rules: [{default: {local: {http: {requestRate: {num: 0, interval: 50ms}, onRateLimit: {status: 0}}, tcp: {connectionRate: {num: 0, interval: 1s}}}}}]}"));

    [Fact]
    public void Validate_MissingParts_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].default.local: must be defined",
            "spec.rules[1].default.local: must have at least one defined: tcp, http",
            "spec.rules[2].default.local.http: must have at least one defined: disabled, requestRate, onRateLimit",
            "spec.rules[2].default.local.tcp: must have at least one defined: disabled, connectionRate",
        ],
        PolicyFaults.Of("MeshRateLimit", "{targetRef: {kind: Dataplane}, rules: [{default: {}}, {default: {local: {}}}, {default: {local: {http: {}, tcp: {}}}}]}"));

    [Fact]
    public void Validate_ConnectionsBySource_AreAFault() => Assert.Equal(
        [
            "spec.rules[0].default.local.tcp: can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity",
        ],
        PolicyFaults.Of("MeshRateLimit", "{targetRef: {kind: Dataplane}, rules: [{matches: [{spiffeID: {type: Prefix, value: \"spiffe://a\"}}], default: {local: {tcp: {disabled: true}}}}]}"));
}
