using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshFaultInjection.Tests;

public sealed class MeshFaultInjectionValidatorTests
{
    [Fact]
    public void Validate_BadFaults_AreReportedAtTheirIndex() => Assert.Equal(
        [
            "spec.rules[0].default.http.abort[0].httpStatus: must be in inclusive range [100, 599]",
            "spec.rules[0].default.http.abort[0].percentage: string must be a valid number",
            "spec.rules[0].default.http.delay[1].value: must not be negative when defined",
            "spec.rules[0].default.http.delay[1].percentage: must be in inclusive range [0.0, 100.0]",
            "spec.rules[0].default.http.responseBandwidth[1].responseBandwidth: must be in kbps/Mbps/Gbps units",
        ],
        PolicyFaults.Of("MeshFaultInjection", "{rules: [{default: {http: [{abort: {httpStatus: 600, percentage: \"x\"}}, {delay: {value: -1s, percentage: 101}, responseBandwidth: {limit: \"5 x\", percentage: 1}}]}}]}"));

    [Fact]
    public void Validate_ToForDataplanes_IsAFault() => Assert.Equal(
        [
            "spec.to: must not be defined",
        ],
        PolicyFaults.Of("MeshFaultInjection", "{targetRef: {kind: Dataplane}, to: [{targetRef: {kind: Mesh}, default: {http: []}}]}"));

    [Fact]
    public void Validate_GoodOne_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshFaultInjection", "{rules: [{default: {http: [{abort: {httpStatus: 503, percentage: \"12.5\"}, responseBandwidth: {limit: 50 Mbps, percentage: 100}}]}}]}"));

    [Fact]
    public void Validate_Nothing_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshFaultInjection", "{rules: [{default: {}}]}"));
}
