using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshProxyPatch.Tests;

public sealed class MeshProxyPatchValidatorTests
{
    [Fact]
    public void Validate_Nothing_IsAFault() => Assert.Equal(
        [
            "spec.default.appendModifications: must not be empty",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {}}"));

    [Fact]
    public void Validate_SeveralKindsInOne_AreAFault() => Assert.Equal(
        [
            "spec.default.appendModifications[0]: exactly one modification can be defined at a time. Currently, 2 modifications are defined",
            "spec.default.appendModifications[1]: exactly one modification can be defined at a time. Currently, 0 modifications are defined",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {appendModifications: [{cluster: {operation: Remove}, listener: {operation: Remove}}, {}]}}"));

    [Fact]
    public void Validate_ValueOfRemoval_IsAFault() => Assert.Equal(
        [
            "spec.default.appendModifications[0].cluster.value: must not be defined",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {appendModifications: [{cluster: {operation: Remove, value: \"name: x\"}}]}}"));

    [Fact]
    public void Validate_MatchOfAddition_IsAFault() => Assert.Equal(
        [
            "spec.default.appendModifications[0].listener.match: must not be defined",
            "spec.default.appendModifications[0].listener.value: must be defined",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {appendModifications: [{listener: {operation: Add, match: {name: a}}}]}}"));

    [Fact]
    public void Validate_PatchWithoutChange_IsAFault() => Assert.Equal(
        [
            "spec.default.appendModifications[0].cluster: spec.default.appendModifications[0].cluster must have exactly one defined: value, jsonPatches",
            "spec.default.appendModifications[1].cluster: spec.default.appendModifications[1].cluster must have only one type defined: value, jsonPatches",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {appendModifications: [{cluster: {operation: Patch}}, {cluster: {operation: Patch, value: \"a: b\", jsonPatches: [{op: remove, path: /a}]}}]}}"));

    [Fact]
    public void Validate_FiltersWithoutName_AreFaults() => Assert.Equal(
        [
            "spec.default.appendModifications[0].httpFilter.match.name: must be defined. You need to pick a filter before which this one will be added",
            "spec.default.appendModifications[1].networkFilter.match.name: must be defined",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {appendModifications: [{httpFilter: {operation: AddBefore, value: \"name: a\"}}, {networkFilter: {operation: Patch, value: \"name: a\"}}]}}"));

    [Fact]
    public void Validate_ValueThatIsNoObject_IsAFault() => Assert.Equal(
        [
            "spec.default.appendModifications[0].cluster.value: native Envoy resource is not valid: it is no object",
            "spec.default.appendModifications[1].cluster.operation: invalid operation. Available operations: \"Add\", \"Patch\", \"Remove\"",
        ],
        PolicyFaults.Of("MeshProxyPatch", "{default: {appendModifications: [{cluster: {operation: Add, value: \"[1]\"}}, {cluster: {operation: Nope}}]}}"));
}
