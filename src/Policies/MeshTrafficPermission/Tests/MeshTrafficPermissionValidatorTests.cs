using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTrafficPermission.Tests;

public sealed class MeshTrafficPermissionValidatorTests
{
    [Fact]
    public void Validate_NoRules_IsAFault() => Assert.Equal(
        [
            "spec: policy must define rules",
        ],
        PolicyFaults.Of("MeshTrafficPermission", "{}"));

    [Fact]
    public void Validate_NoList_IsAFault() => Assert.Equal(
        [
            "spec.rules[0]: at least one of 'allow', 'allowWithShadowDeny', 'deny' has to be defined",
        ],
        PolicyFaults.Of("MeshTrafficPermission", "{rules: [{default: {deny: []}}]}"));

    [Fact]
    public void Validate_BadIds_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].allow[0].spiffeID: must be a valid Spiffe ID: scheme is missing or invalid",
            "spec.rules[0].allowWithShadowDeny[0].spiffeID: must be a valid Spiffe ID: path cannot have a trailing slash",
            "spec.rules[0].deny[0].spiffeID: must be a valid Spiffe ID: trust domain characters are limited to lowercase letters, numbers, dots, dashes, and underscores",
        ],
        PolicyFaults.Of("MeshTrafficPermission", "{rules: [{default: {allow: [{spiffeID: {type: Exact, value: \"http://x\"}}], allowWithShadowDeny: [{spiffeID: {type: Prefix, value: \"spiffe://a/\"}}], deny: [{spiffeID: {type: Exact, value: \"spiffe://A/b\"}}]}}]}"));

    [Fact]
    public void Validate_BadServerNames_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].allow[0].sni.value: must be set",
            "spec.rules[0].allow[1].sni.type: must be set",
        ],
        PolicyFaults.Of("MeshTrafficPermission", "{rules: [{default: {allow: [{sni: {type: Exact, value: \"\"}}, {sni: {value: a}}]}}]}"));
}
