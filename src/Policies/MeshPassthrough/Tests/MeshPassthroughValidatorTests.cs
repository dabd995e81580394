using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshPassthrough.Tests;

public sealed class MeshPassthroughValidatorTests
{
    [Fact]
    public void Validate_BadValues_AreFaults() => Assert.Equal(
        [
            "spec.default.appendMatch[0].value: provided CIDR has incorrect value",
            "spec.default.appendMatch[1].value: provided IP has incorrect value",
            "spec.default.appendMatch[2].value: provided DNS has incorrect value, partial wildcard is currently not supported",
            "spec.default.appendMatch[3].value: provided DNS has incorrect value",
            "spec.default.appendMatch[4].type: provided type Nope is not supported, one of Domain, IP, or CIDR is supported",
        ],
        PolicyFaults.Of("MeshPassthrough", "{default: {appendMatch: [{type: CIDR, value: 1.2.3.4/33}, {type: IP, value: 1.2.3}, {type: Domain, value: \"*a.b\", protocol: tls}, {type: Domain, value: \"a b\", protocol: tls}, {type: Nope, value: a}]}}"));

    [Fact]
    public void Validate_ProtocolsOfDomains_AreChecked() => Assert.Equal(
        [
            "spec.default.appendMatch[0].protocol: protocol tcp is not supported for a domain",
            "spec.default.appendMatch[1].port: wildcard domains doesn't work for all ports and layer 7 protocol",
            "spec.default.appendMatch[2].port: port must be defined for Mysql protocol",
            "spec.default.appendMatch[3].port: port must be a valid (1-65535)",
        ],
        PolicyFaults.Of("MeshPassthrough", "{default: {appendMatch: [{type: Domain, value: a.b}, {type: Domain, value: \"*.b\", protocol: http}, {type: IP, value: 1.2.3.4, protocol: mysql}, {type: IP, value: 1.2.3.4, protocol: tcp, port: 70000}]}}"));

    [Fact]
    public void Validate_SharedPorts_AreChecked() => Assert.Equal(
        [
            "spec.default.appendMatch[1].port: using the same port in multiple matches requires the same protocol for the following protocols: [grpc http http2]",
            "spec.default.appendMatch[2].value: value a.b is already defiend for this port and protocol",
        ],
        PolicyFaults.Of("MeshPassthrough", "{default: {appendMatch: [{type: Domain, value: a.b, protocol: http, port: 80}, {type: Domain, value: c.d, protocol: grpc, port: 80}, {type: Domain, value: a.b, protocol: http, port: 80}]}}"));

    [Fact]
    public void Validate_KindsOfHttpOnAllPorts_AreAFault() => Assert.Equal(
        [
            "spec.default.appendMatch[0].port: protocol http without a port cannot be combined with protocol grpc on the same destination; [grpc http http2] cannot share a port",
        ],
        PolicyFaults.Of("MeshPassthrough", "{default: {appendMatch: [{type: IP, value: 1.2.3.4, protocol: http}, {type: IP, value: 1.2.3.4, protocol: grpc, port: 80}]}}"));

    [Fact]
    public void Validate_GoodOnes_Pass() => Assert.Equal(
        [],
        PolicyFaults.Of("MeshPassthrough", "{default: {passthroughMode: Matched, appendMatch: [{type: Domain, value: \"*.a.b\", protocol: tls, port: 443}, {type: IP, value: \"::1\"}, {type: CIDR, value: 10.0.0.0/8}]}}"));
}
