using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshAccessLog.Tests;

public sealed class MeshAccessLogValidatorTests
{
    [Fact]
    public void Validate_Nothing_IsAFault() => Assert.Equal(
        [
            "spec: at least one of 'to' or 'rules' has to be defined",
        ],
        PolicyFaults.Of("MeshAccessLog", "{}"));

    [Fact]
    public void Validate_ToAndRules_AreAFault() => Assert.Equal(
        [
            "spec: 'to' must be empty when 'rules' is defined",
        ],
        PolicyFaults.Of("MeshAccessLog", "{to: [{targetRef: {kind: Mesh}, default: {backends: []}}], rules: [{default: {backends: []}}]}"));

    [Fact]
    public void Validate_NoBackends_IsAFault() => Assert.Equal(
        [
            "spec.to[0].default.backends: must be defined",
        ],
        PolicyFaults.Of("MeshAccessLog", "{to: [{targetRef: {kind: Mesh}, default: {}}]}"));

    [Fact]
    public void Validate_BackendsWithoutTheirPart_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.backends[0].file: must be defined",
            "spec.to[0].default.backends[1].tcp: must be defined",
            "spec.to[0].default.backends[2].openTelemetry: must be defined",
            "spec.to[0].default.backends[3].openTelemetry.backendRef.kind: \"kind\" must be one of [\"MeshOpenTelemetryBackend\"]",
            "spec.to[0].default.backends[3].openTelemetry.backendRef: backendRef must have exactly one defined: labels",
        ],
        PolicyFaults.Of("MeshAccessLog", "{to: [{targetRef: {kind: Mesh}, default: {backends: [{type: File}, {type: Tcp}, {type: OpenTelemetry}, {type: OpenTelemetry, openTelemetry: {backendRef: {kind: Nope}}}]}}]}"));

    [Fact]
    public void Validate_BadPlacesAndFormats_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.backends[0].file.format.plain: must be defined",
            "spec.to[0].default.backends[0].file.path: file backend requires a valid path",
            "spec.to[0].default.backends[1].tcp.format.json[0].key: key cannot be empty",
            "spec.to[0].default.backends[1].tcp.format.json[0].value: value cannot be empty",
            "spec.to[0].default.backends[1].tcp.format.json[1]: is not a valid JSON object",
            "spec.to[0].default.backends[1].tcp.address: tcp backend requires valid address",
        ],
        PolicyFaults.Of("MeshAccessLog", "{to: [{targetRef: {kind: Mesh}, default: {backends: [{type: File, file: {path: x y, format: {type: Plain}}}, {type: Tcp, tcp: {address: \"a b\", format: {type: Json, json: [{key: \"\", value: \"\"}, {key: \"a\\\"\", value: b}]}}}]}}]}"));

    [Fact]
    public void Validate_ReservedAttributes_AreFaults() => Assert.Equal(
        [
            "spec.to[0].default.backends[0].openTelemetry.attributes[0].key: must not use the reserved OpenTelemetry prefix 'otel.'",
            "spec.to[0].default.backends[0].openTelemetry.attributes[1].key: must be a static OpenTelemetry attribute name; placeholders are only supported in values",
        ],
        PolicyFaults.Of("MeshAccessLog", "{to: [{targetRef: {kind: Mesh}, default: {backends: [{type: OpenTelemetry, openTelemetry: {backendRef: {kind: MeshOpenTelemetryBackend, labels: {a: b}}, attributes: [{key: otel.a, value: b}, {key: \"%A%\", value: b}]}}]}}]}"));
}
