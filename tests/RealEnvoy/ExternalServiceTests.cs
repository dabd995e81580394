using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Identity.Certificates;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>Calls to services outside the mesh, through a zone egress.</summary>
public sealed class ExternalServiceTests
{
    private const string Bank = "{kind: MeshExternalService, name: bank, port: 80}";

    [Fact]
    public async Task Call_NotPermittedByServerName_IsRefusedAtTheEgress()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var zone = await TestZone.StartAsync("east");
        var bank = zone.Keep(await EchoApplication.StartAsync("bank"));
        await zone.Api.ApplyAsync(External(bank.Port, ""));
        var egress = await zone.AddEgressAsync();
        var client = await zone.AddCallerAsync("client", Bank);
        var stranger = await zone.AddCallerAsync("stranger", Bank);
        await client.UntilAsync(403, "before any permission");

        await zone.Api.ApplyAsync(Permission("client"));
        await client.UntilAsync(200, "with the permission");

        Assert.Equal("bank", (await client.CallAsync()).Body);
        Assert.Equal(403, (await stranger.CallAsync()).Status);
        Assert.Equal("", bank.ClientCertificate);
        Assert.True(await egress.StatAsync("http.kri_extsvc_default_east__bank_80.rbac.denied") > 0, "the egress counts what it refuses");

        await zone.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/client-may-call-the-bank");
        await client.UntilAsync(403, "after its deletion");
    }

    [Fact]
    public async Task Call_ToTlsServer_IsEncryptedByTheEgressAndChecked()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        var keyed = ControlPlaneCertificate.Generate("bank.test", [IPAddress.Loopback], TimeProvider.System.GetUtcNow());
        using var certificate = X509Certificate2.CreateFromPem(keyed.CertificatePem, keyed.PrivateKeyPem);
        await using var zone = await TestZone.StartAsync("east");
        var bank = zone.Keep(await EchoApplication.StartAsync("bank", X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null)));
        var authority = string.Join("\n", keyed.CertificatePem.TrimEnd().Split('\n').Select(line => "          " + line));
        await zone.Api.ApplyAsync(External(bank.Port, Tls("bank.test", authority)));
        await zone.Api.ApplyAsync(Permission("client"));
        await zone.AddEgressAsync();
        var client = await zone.AddCallerAsync("client", Bank);
        await client.UntilAsync(200, "over TLS");

        await zone.Api.ApplyAsync(External(bank.Port, Tls("another.test", authority)));
        await client.UntilAsync(503, "from a server of another name");

        await zone.Api.ApplyAsync(External(bank.Port, "\n  tls: {enabled: true, verification: {mode: SkipAll, serverName: another.test}}"));
        await client.UntilAsync(200, "unchecked");
    }

    private static string External(int port, string more) =>
        $$"""
        type: MeshExternalService
        mesh: default
        name: bank
        spec:
          match: {type: HostnameGenerator, port: 80, protocol: http}
          endpoints: [{address: 127.0.0.1, port: {{port}}}]{{more}}
        """;

    private static string Tls(string serverName, string authority) =>
        $"\n  tls:\n    enabled: true\n    verification:\n      mode: Secured\n      serverName: {serverName}\n      caCert:\n        type: InsecureInline\n        insecureInline:\n          value: |\n{authority.Replace("          ", "            ", StringComparison.Ordinal)}\n";

    private static string Permission(string workload) =>
        $$"""
        type: MeshTrafficPermission
        mesh: default
        name: {{workload}}-may-call-the-bank
        spec:
          targetRef: {kind: Dataplane, labels: {kuma.io/listener-zoneegress: enabled}, sectionName: out}
          rules:
            - default:
                allow:
                  - spiffeID: {type: Exact, value: "spiffe://default.east.mesh.local/workload/{{workload}}"}
                    sni: {type: Exact, value: sni.extsvc.default.east.bank.80}
        """;
}
