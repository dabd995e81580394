using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTCPRoute.Tests;

public sealed class MeshTCPRouteValidatorTests
{
    [Fact]
    public void Validate_NoBackends_IsAFault() => Assert.Equal(
        [
            "spec.to[0].rules[0].default.backendRefs: must be defined",
        ],
        PolicyFaults.Of("MeshTCPRoute", "{to: [{targetRef: {kind: MeshService, labels: {a: b}}, rules: [{default: {}}]}]}"));

    [Fact]
    public void Validate_WrongKinds_AreFaults() => Assert.Equal(
        [
            "spec.to[0].targetRef.kind: value 'Mesh' is not supported",
            "spec.to[0].rules[0].default.backendRefs[0].kind: value 'Mesh' is not supported",
            "spec.to[0].rules[0].default.backendRefs[1].port: must be defined with kind MeshMultiZoneService",
        ],
        PolicyFaults.Of("MeshTCPRoute", "{to: [{targetRef: {kind: Mesh}, rules: [{default: {backendRefs: [{kind: Mesh}, {kind: MeshMultiZoneService, labels: {a: b}}]}}]}]}"));
}
