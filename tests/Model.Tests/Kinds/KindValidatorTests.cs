using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Kinds;

public sealed class KindValidatorTests
{
    private static Resource Read(string kind, string spec, string name) => new()
    {
        Descriptor = MeshCatalog.Create()[kind],
        Name = name,
        Mesh = "default",
        Spec = ResourceJson.ReadSpec(YamlTree.ReadAll(spec)[0]!, MeshCatalog.Create()[kind]),
    };

    private static string[] Faults(string kind, string spec, string name = "a") =>
        [.. ResourceValidation.Validate(Read(kind, spec, name)).Select(v => $"{v.Field}: {v.Message}")];

    [Fact]
    public void Dataplane_ManyFaults_AreAllReported() => Assert.Equal(
        [
            "networking.admin.port: must differ from inbound",
            "networking.address: must not be 0.0.0.0 or ::",
            "networking.inbound[0].servicePort: port must be in the range [1, 65535]",
            "networking.inbound[0].serviceAddress: serviceAddress has to be valid IP address",
            "networking.inbound[0].protocol: \"protocol\" must be one of [\"grpc\", \"http\", \"http2\", \"tcp\"]",
            "networking.inbound[0].serviceProbe.interval: must have a positive value",
            "networking.outbound[0].port: port must be in the range [1, 65535]",
            "networking.outbound[0].backendRef: must be defined",
            "networking.outbound[1].backendRef: either 'name' or 'labels' should be specified",
        ],
        Faults("Dataplane", """
            networking:
              address: 0.0.0.0
              admin: {port: 81}
              inbound:
              - {port: 80, servicePort: 70000, serviceAddress: a.b, protocol: kafka, serviceProbe: {interval: 0s}}
              - {port: 81, address: 127.0.0.1}
              outbound: [{port: 0}, {port: 1, backendRef: {kind: MeshExternalService}}]
            """));

    [Fact]
    public void Dataplane_ReachableBackends_AreChecked() => Assert.Equal(
        [
            "networking.transparentProxying.reachableBackends.refs[0].kind: invalid value. Available values are: MeshExternalService,MeshMultiZoneService,MeshService",
            "networking.transparentProxying.reachableBackends.refs[0].name: name or labels are required",
            "networking.transparentProxying.reachableBackends.refs[1].labels: labels cannot be defined when name is specified",
            "networking.transparentProxying.reachableBackends.refs[2].name: name is required, when namespace is defined",
        ],
        Faults("Dataplane", """
            networking:
              address: 1.2.3.4
              inbound: [{port: 80}]
              transparentProxying:
                reachableBackends:
                  refs: [{kind: Nope}, {kind: MeshService, name: a, labels: {a: b}}, {kind: MeshService, namespace: a}]
            """));

    [Fact]
    public void Dataplane_ListenersThatCollide_AreReported() => Assert.Equal(
        [
            "networking.listeners[0].type: must be defined",
            "networking.listeners[1].name: must be unique among inbounds and listeners",
            "networking.listeners[1].port: address and port must differ from other inbounds and listeners",
        ],
        Faults("Dataplane", "networking: {address: 1.2.3.4, listeners: [{port: 1, name: a}, {type: ZoneEgress, port: 1, name: a}]}"));

    [Fact]
    public void Dataplane_Gateway_TakesNoInbounds() => Assert.Equal(
        [
            "networking.gateway.tags: mandatory tag \"kuma.io/service\" is missing",
            "networking.gateway.tags[\"kuma.io/protocol\"]: other values than tcp are not allowed, provided value \"http\"",
            "networking.inbound: inbound cannot be defined for delegated gateways",
        ],
        Faults("Dataplane", "networking: {address: 1.2.3.4, gateway: {tags: {kuma.io/protocol: http}}, inbound: [{port: 1}]}"));

    [Theory]
    [InlineData("Abc", "name: invalid characters. A lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character")]
    [InlineData("1a", "name: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("", "name: cannot be empty")]
    public void Mesh_BadName_IsReportedOnce(string name, string fault) => Assert.Equal([fault], Faults("Mesh", "{}", name));

    [Fact]
    public void MeshIdentity_UnknownTemplateField_IsAFault() => Assert.Equal(
        ["spec.spiffeID.path: unknown field .Nope, known are .TrustDomain, .Namespace, .ServiceAccount, .Workload"],
        Faults("MeshIdentity", "spiffeID: {path: '/x/{{ .Nope }}'}"));

    [Fact]
    public void MeshIdentity_AuthorityGivenAndMade_IsAFault() => Assert.Equal(
        ["spec.provider.bundled.ca: shouldn't be defined once using autogenerated"],
        Faults("MeshIdentity", "provider: {type: Bundled, bundled: {autogenerate: {enabled: true}, ca: {}}}"));

    [Fact]
    public void HostnameGenerator_TwoSelectorsAndUnknownField_AreFaults() => Assert.Equal(
        [
            "spec.selector: selector must have exactly one defined: meshService, meshExternalService, meshMultiZoneService",
            "spec.template: unknown field .Nope, known are .DisplayName, .Namespace, .Mesh, .Zone",
        ],
        Faults("HostnameGenerator", "{selector: {meshService: {}, meshExternalService: {}}, template: '{{ .Nope }}.a'}"));

    [Fact]
    public void MeshTrust_PrivateKey_IsNoCertificate() => Assert.Equal(
        ["spec.caBundles[0].pem.value: provided certificate has incorrect format", "spec.caBundles[1].pem: must be defined", "spec.trustDomain: trustDomain needs to be defined"],
        Faults("MeshTrust", """
            caBundles:
            - type: Pem
              pem: {value: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}
            - type: Pem
            """));

    [Fact]
    public void MeshExternalService_LonelyClientCertificate_IsAFault() => Assert.Equal(
        ["spec.endpoints[0].port: port must be a valid (1-65535)", "spec.endpoints[0].address: address has to be a valid IP or hostname", "spec.tls.verification.clientKey: must be defined when clientCert is defined"],
        Faults("MeshExternalService", """
            match: {port: 80}
            endpoints: [{address: "a b", port: 0}]
            tls: {verification: {clientCert: {type: Secret, secretRef: {kind: Secret, name: a}}}}
            """));

    [Fact]
    public void Advise_WhatIsLegalButUseless_IsTold()
    {
        Assert.Equal(3, ResourceValidation.Advise(Read("MeshService", "{ports: [{port: 0, name: a}, {port: 1, name: a}]}", "a")).Count());
        Assert.Single(ResourceValidation.Advise(Read("Dataplane", "networking: {inbound: [{port: 1, name: a}, {port: 2, name: a}]}", "a")));
        Assert.Single(ResourceValidation.Advise(Read("MeshTLS", "{}", "a")));
    }
}
