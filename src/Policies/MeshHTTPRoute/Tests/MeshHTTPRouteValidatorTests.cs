using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshHTTPRoute.Tests;

public sealed class MeshHTTPRouteValidatorTests
{
    [Fact]
    public void Validate_BadMatches_AreFaults() => Assert.Equal(
        [
            "spec.to[0].hostnames: must not be defined",
            "spec.to[0].rules[0].matches[0].path.value: does not need a trailing slash because only a `/`-separated prefix or an entire path is matched",
            "spec.to[0].rules[0].matches[0].queryParams[1].name: multiple entries for name a",
            "spec.to[0].rules[0].matches[0].headers[0].value: must not be defined",
            "spec.to[0].rules[0].matches[1].path.value: must be an absolute path",
        ],
        PolicyFaults.Of("MeshHTTPRoute", "{to: [{targetRef: {kind: MeshService, labels: {a: b}}, hostnames: [a.b], rules: [{matches: [{path: {type: PathPrefix, value: /a/}, queryParams: [{type: Exact, name: a, value: b}, {type: Exact, name: a, value: c}], headers: [{type: Present, name: a, value: b}]}, {path: {type: Exact, value: a}}, {path: {type: PathPrefix, value: /}}], default: {}}]}]}"));

    [Fact]
    public void Validate_FiltersWithoutTheirPart_AreFaults() => Assert.Equal(
        [
            "spec.to[0].rules[0].default.filters[0].requestHeaderModifier: must be defined",
            "spec.to[0].rules[0].default.filters[1].responseHeaderModifier: must have at least one defined: set, add, remove",
            "spec.to[0].rules[0].default.filters[2].requestRedirect: must be defined",
            "spec.to[0].rules[0].default.filters[3].urlRewrite: must be defined",
            "spec.to[0].rules[0].default.filters[4].requestMirror: must be defined",
        ],
        PolicyFaults.Of("MeshHTTPRoute", "{to: [{targetRef: {kind: MeshService, labels: {a: b}}, rules: [{matches: [{path: {type: PathPrefix, value: /}}], default: {filters: [{type: RequestHeaderModifier}, {type: ResponseHeaderModifier, responseHeaderModifier: {}}, {type: RequestRedirect}, {type: URLRewrite}, {type: RequestMirror}]}}]}]}"));

    [Fact]
    public void Validate_PrefixRewriteOfOtherMatch_IsAFault() => Assert.Equal(
        [
            "spec.to[0].rules[0].default.filters[0].urlRewrite.path.replacePrefixMatch: can only appear if all matches match a path prefix",
            "spec.to[0].rules[0].default.filters[0].urlRewrite.hostname: cannot be an IP address",
            "spec.to[0].rules[0].default.filters[0].urlRewrite.hostToBackendHostname: can only be set with MeshGateway",
            "spec.to[0].rules[0].default.filters[0].urlRewrite.hostToBackendHostname: cannot be set together with hostname",
        ],
        PolicyFaults.Of("MeshHTTPRoute", "{to: [{targetRef: {kind: MeshService, labels: {a: b}}, rules: [{matches: [{method: GET}], default: {filters: [{type: URLRewrite, urlRewrite: {hostToBackendHostname: true, hostname: 1.2.3.4, path: {type: ReplacePrefixMatch, replacePrefixMatch: /x}}}]}}]}]}"));

    [Fact]
    public void Validate_SameHeaderTwice_IsAFault() => Assert.Equal(
        [
            "spec.to[0].rules[0].default.filters[0].requestHeaderModifier.remove[0].name: duplicate header name",
        ],
        PolicyFaults.Of("MeshHTTPRoute", "{to: [{targetRef: {kind: MeshService, labels: {a: b}}, rules: [{matches: [{method: GET}], default: {filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], remove: [a]}}]}}]}]}"));

    [Fact]
    public void Validate_Nothing_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshHTTPRoute", "{}"));
}
