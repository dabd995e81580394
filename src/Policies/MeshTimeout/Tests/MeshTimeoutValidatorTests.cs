using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTimeout.Tests;

public sealed class MeshTimeoutValidatorTests
{
    [Fact]
    public void Validate_NeitherToNorRules_IsAFault() => Assert.Equal(
        [
            "spec: at least one of 'to' or 'rules' has to be defined",
        ],
        PolicyFaults.Of("MeshTimeout", "{}"));

    [Fact]
    public void Validate_ToAndRules_AreAFault() => Assert.Equal(
        [
            "spec: fields 'to' must be empty when 'rules' is defined",
        ],
        PolicyFaults.Of("MeshTimeout", "{to: [{targetRef: {kind: Mesh}, default: {idleTimeout: 1s}}], rules: [{default: {idleTimeout: 1s}}]}"));

    [Fact]
    public void Validate_AllTimesWrong_AreAllReported() => Assert.Equal(
        [
            "spec.to[0].default.connectionTimeout: must be greater than zero when defined",
            "spec.to[0].default.idleTimeout: must not be negative when defined",
            "spec.to[0].default.http.requestTimeout: must not be negative when defined",
            "spec.to[0].default.http.streamIdleTimeout: must not be negative when defined",
            "spec.to[0].default.http.maxStreamDuration: must not be negative when defined",
            "spec.to[0].default.http.maxConnectionDuration: must not be negative when defined",
            "spec.to[0].default.http.requestHeadersTimeout: must not be negative when defined",
        ],
        PolicyFaults.Of("MeshTimeout", "{to: [{targetRef: {kind: Mesh}, default: {connectionTimeout: 0s, idleTimeout: -1s, http: {requestTimeout: -1s, streamIdleTimeout: -1s, maxStreamDuration: -1s, maxConnectionDuration: -1s, requestHeadersTimeout: -1s}}}]}"));

    [Fact]
    public void Validate_EmptyConfs_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default: at least one timeout should be configured",
            "spec.to[1].default.http: at least one timeout in this section should be configured",
        ],
        PolicyFaults.Of("MeshTimeout", "{to: [{targetRef: {kind: Mesh}}, {targetRef: {kind: Mesh}, default: {http: {}}}]}"));

    [Fact]
    public void Validate_ConnectionTimesBySource_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].default.connectionTimeout: can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity",
            "spec.rules[0].default.http.maxStreamDuration: can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity",
        ],
        PolicyFaults.Of("MeshTimeout", "{rules: [{matches: [{spiffeID: {type: Exact, value: \"spiffe://a/b\"}}], default: {connectionTimeout: 1s, http: {requestTimeout: 1s, maxStreamDuration: 1s}}}]}"));

    [Fact]
    public void Validate_EmptyMatch_IsAFault() => Assert.Equal(
        [
            "spec.rules[0].matches[0]: must specify at least one of 'spiffeID' or 'sni'",
        ],
        PolicyFaults.Of("MeshTimeout", "{rules: [{matches: [{}], default: {idleTimeout: 1s}}]}"));

    [Fact]
    public void Validate_SectionOfDataplane_NeedsRules() => Assert.Equal(
        [
            "spec.targetRef.sectionName: can only be used with inbound policies",
        ],
        PolicyFaults.Of("MeshTimeout", "{targetRef: {kind: Dataplane, sectionName: main}, to: [{targetRef: {kind: Mesh}, default: {idleTimeout: 1s}}]}"));

    [Fact]
    public void Validate_SectionOfDataplane_WithRules_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshTimeout", "{targetRef: {kind: Dataplane, sectionName: main}, rules: [{default: {idleTimeout: 1s}}]}"));
}
