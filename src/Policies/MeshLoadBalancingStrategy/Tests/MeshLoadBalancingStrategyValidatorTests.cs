using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshLoadBalancingStrategy.Tests;

public sealed class MeshLoadBalancingStrategyValidatorTests
{
    [Fact]
    public void Validate_CrossZoneOfLocalService_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default.localityAwareness.crossZone: must not be set: MeshService traffic is local",
        ],
        PolicyFaults.Of("MeshLoadBalancingStrategy", "{to: [{targetRef: {kind: MeshService, labels: {a: b}}, default: {localityAwareness: {crossZone: {failover: []}}}}]}"));

    [Fact]
    public void Validate_FailoverZones_AreChecked() => Assert.Equal(
        [
            "spec.to[0].default.localityAwareness.crossZone.failover[0].from.zones: must not be empty",
            "spec.to[0].default.localityAwareness.crossZone.failover[0].to.zones: must not be empty when type is Only",
            "spec.to[0].default.localityAwareness.crossZone.failover[1].to.zones: must be empty when type is Any",
            "spec.to[0].default.localityAwareness.crossZone.failover[2].to.type: unrecognized type",
            "spec.to[0].default.localityAwareness.crossZone.failoverThreshold.percentage: must be greater than 0",
        ],
        PolicyFaults.Of("MeshLoadBalancingStrategy", "{to: [{targetRef: {kind: Mesh}, default: {localityAwareness: {crossZone: {failover: [{from: {zones: []}, to: {type: Only}}, {to: {type: Any, zones: [a]}}, {to: {type: Nope}}], failoverThreshold: {percentage: 0}}}}}]}"));

    [Fact]
    public void Validate_SomeWeights_AreAFault() => Assert.Equal(
        [
            "spec.to[0].default.localityAwareness.localZone.affinityTags[0].key: must not be empty",
            "spec.to[0].default.localityAwareness.localZone.affinityTags[0].weight: must be greater than 0",
            "spec.to[0].default.localityAwareness.localZone.affinityTags: all or none affinity tags should have weight",
        ],
        PolicyFaults.Of("MeshLoadBalancingStrategy", "{to: [{targetRef: {kind: Mesh}, default: {localityAwareness: {localZone: {affinityTags: [{key: \"\", weight: 0}, {key: a}]}}}}]}"));

    [Fact]
    public void Validate_RouteWithMoreThanHashPolicies_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default.hashPolicies[0].cookie.path: must be an absolute path",
            "spec.to[0].default.hashPolicies[1].header: must be defined",
            "spec.to[0].default.hashPolicies[2].type: unrecognized type",
            "spec.to[0].default.loadBalancer: field is not allowed when targetRef.kind is MeshHTTPRoute, only hashPolicies is supported",
        ],
        PolicyFaults.Of("MeshLoadBalancingStrategy", "{to: [{targetRef: {kind: MeshHTTPRoute, labels: {a: b}}, default: {loadBalancer: {type: Random}, hashPolicies: [{type: Cookie, cookie: {name: a, path: x}}, {type: Header}, {type: Nope}]}}]}"));

    [Fact]
    public void Validate_NegativeBias_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default.loadBalancer.leastRequest.activeRequestBias: must be greater or equal then: 0",
        ],
        PolicyFaults.Of("MeshLoadBalancingStrategy", "{to: [{targetRef: {kind: Mesh}, default: {loadBalancer: {type: LeastRequest, leastRequest: {activeRequestBias: \"-1\"}}}}]}"));
}
