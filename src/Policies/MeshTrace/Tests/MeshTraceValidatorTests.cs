using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTrace.Tests;

public sealed class MeshTraceValidatorTests
{
    [Fact]
    public void Validate_NoBackends_IsAFault() => Assert.Equal(
        [
            "spec.default.backends: must be defined",
        ],
        PolicyFaults.Of("MeshTrace", "{default: {}}"));

    [Fact]
    public void Validate_TwoBackends_AreAFault() => Assert.Equal(
        [
            "spec.default.backends: must have zero or one backend defined",
        ],
        PolicyFaults.Of("MeshTrace", "{default: {backends: [{type: Zipkin}, {type: Datadog}]}}"));

    [Fact]
    public void Validate_BadDatadogUrl_TellsEachFault() => Assert.Equal(
        [
            "spec.default.backends[0].datadog.url: scheme must be http",
            "spec.default.backends[0].datadog.url: user must not be defined",
            "spec.default.backends[0].datadog.url: path must not be defined",
            "spec.default.backends[0].datadog.url: query must not be defined",
            "spec.default.backends[0].datadog.url: fragment must not be defined",
        ],
        PolicyFaults.Of("MeshTrace", "{default: {backends: [{type: Datadog, datadog: {url: \"https://u:p@x:1/path?q#f\"}}]}}"));

    [Fact]
    public void Validate_DatadogUrlWithoutPort_IsAFault() => Assert.Equal(
        [
            "spec.default.backends[0].datadog.url: port must be defined",
        ],
        PolicyFaults.Of("MeshTrace", "{default: {backends: [{type: Datadog, datadog: {url: \"http://agent\"}}]}}"));

    [Fact]
    public void Validate_DatadogUrl_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshTrace", "{default: {backends: [{type: Datadog, datadog: {url: \"http://agent:8126\"}}]}}"));

    [Fact]
    public void Validate_SamplingAndTags_AreChecked() => Assert.Equal(
        [
            "spec.default.tags[0].name: must not be empty",
            "spec.default.tags[0]: tag must have only one type defined: header, literal",
            "spec.default.tags[1]: tag must have only one type defined: header, literal",
            "spec.default.sampling.client: string is not a number",
            "spec.default.sampling.random: must be between 0 and 100",
        ],
        PolicyFaults.Of("MeshTrace", "{default: {backends: [{type: Zipkin, zipkin: {url: \"http://zipkin:9411/api/v2/spans\"}}], tags: [{name: \"\"}, {name: a, literal: b, header: {name: c}}], sampling: {client: \"x\", random: 101}}}"));
}
