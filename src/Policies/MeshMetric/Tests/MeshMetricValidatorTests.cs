using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshMetric.Tests;

public sealed class MeshMetricValidatorTests
{
    [Fact]
    public void Validate_BadBackends_AreFaults() => Assert.Equal(
        [
            "spec.default.backends.backend[0].port: port must be a valid (1-65535)",
            "spec.default.backends.backend[1].prometheus: must be defined",
            "spec.default.backends.backend[2].openTelemetry.backendRef: must be defined",
            "spec.default.backends.backend[3]: unrecognized type",
        ],
        PolicyFaults.Of("MeshMetric", "{default: {backends: [{type: Prometheus, prometheus: {port: 70000}}, {type: Prometheus}, {type: OpenTelemetry, openTelemetry: {}}, {type: Nope}]}}"));

    [Fact]
    public void Validate_BadSelectors_AreFaults() => Assert.Equal(
        [
            "spec.default.sidecar.profiles.exclude[0].match: invalid regex",
            "spec.default.sidecar.profiles.include[0].type: unrecognized type 'Nope' - 'Regex', 'Prefix', 'Exact', 'Contains' are supported",
            "spec.default.sidecar.profiles.appendProfiles[0].name: unrecognized profile name 'Nope' - 'All', 'None', 'Basic' are supported",
            "spec.default.applications.application[0]: port must be a valid (1-65535)",
        ],
        PolicyFaults.Of("MeshMetric", "{default: {sidecar: {profiles: {exclude: [{type: Regex, match: \"(\"}], include: [{type: Nope, match: a}], appendProfiles: [{name: Nope}]}}, applications: [{port: 0}]}}"));

    [Fact]
    public void Validate_Nothing_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshMetric", "{}"));
}
