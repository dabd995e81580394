using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTLS.Tests;

public sealed class MeshTLSValidatorTests
{
    [Fact]
    public void Validate_VersionsOfDataplanes_AreAFault() => Assert.Equal(
        [
            "spec.rules[0].default.tlsCiphers: tlsCiphers can only be defined with top level targetRef kind: Mesh",
            "spec.rules[0].default.tlsVersion: tlsVersion can only be defined with top level targetRef kind: Mesh",
        ],
        PolicyFaults.Of("MeshTLS", "{targetRef: {kind: Dataplane}, rules: [{default: {tlsVersion: {min: TLS12}, tlsCiphers: [ECDHE-RSA-AES128-GCM-SHA256]}}]}"));

    [Fact]
    public void Validate_LowestAboveHighest_IsAFault() => Assert.Equal(
        [
            "spec.rules[0].default.tlsVersion.min: min version must be lower than max",
        ],
        PolicyFaults.Of("MeshTLS", "{rules: [{default: {tlsVersion: {min: TLS13, max: TLS12}}}]}"));

    [Fact]
    public void Validate_LowestWithAutomaticHighest_Passes() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshTLS", "{rules: [{default: {tlsVersion: {min: TLS13, max: TLSAuto}}}]}"));

    [Fact]
    public void Validate_UnknownModeAndCipher_AreFaults() => Assert.Equal(
        [
            "spec.rules[0].default.mode: \"mode\" must be one of [\"Strict\", \"Permissive\"]",
            "spec.rules[0].default.tlsCiphers: \"tlsCiphers\" must be one of [\"ECDHE-ECDSA-AES128-GCM-SHA256\", \"ECDHE-ECDSA-AES256-GCM-SHA384\", \"ECDHE-ECDSA-CHACHA20-POLY1305\", \"ECDHE-RSA-AES128-GCM-SHA256\", \"ECDHE-RSA-AES256-GCM-SHA384\", \"ECDHE-RSA-CHACHA20-POLY1305\"]",
        ],
        PolicyFaults.Of("MeshTLS", "{rules: [{default: {mode: Nope, tlsCiphers: [Nope]}}]}"));
}
