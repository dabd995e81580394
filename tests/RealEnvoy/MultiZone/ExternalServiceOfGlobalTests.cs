using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Identity.Certificates;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>Services outside the mesh that are written in Global (scenario S14): encrypted by the egress, for who is permitted.</summary>
[Collection(EgressWorld.Collection)]
public sealed class ExternalServiceOfGlobalTests(EgressWorld world)
{
    private readonly KeyedCertificate _authority = ControlPlaneCertificate.Generate("kong-air.test", [IPAddress.Loopback], TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Database_OverTcp_IsReachedOverTlsByWhoIsPermittedAlone()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var database = await StartAsync("flight-db");
        await WriteDatabaseAsync(database.Port, "kong-air.test");
        var caller = await world.AddExternalCallerAsync("flight-control", ("flight-db", 5432));
        var stranger = await world.AddExternalCallerAsync("tourist", ("flight-db", 5432));
        await PermitAsync("flight-control-to-its-db", "flight-control", "flight-db", 5432);

        await caller.UntilAsync(200, "with the permission");
        Assert.Equal("flight-db", (await caller.CallAsync()).Body);
        Assert.Equal("", database.ClientCertificate);
        Assert.True(await world.Egress.StatAsync("cluster.kri_extsvc_default___flight-db_5432.ssl.handshake") > 0, "the egress shook hands with the database");

        var (requests, denied) = (database.Requests, await DeniedAsync());
        Assert.Equal(0, (await stranger.CallAsync()).Status);
        Assert.Equal(requests, database.Requests);
        Assert.True(await DeniedAsync() > denied, "the egress counts what it refuses");

        await WriteDatabaseAsync(database.Port, "another.test");
        await ConnectsAsync(caller, 0, "to a server of another name");
        await WriteDatabaseAsync(database.Port, "kong-air.test");
        await ConnectsAsync(caller, 200, "to the right server again");
    }

    [Fact]
    public async Task Payment_OverHttp_IsEncryptedAndTriedAgain()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var payment = await StartAsync("aeropay-api");
        await world.Global.Api.ApplyAsync(ExternalServices.Service(
            "aeropay-api", "port: 80, protocol: http", payment.Port, ExternalServices.Secured("kong-air.test", _authority)));
        var caller = await world.AddExternalCallerAsync("check-in-api", ("aeropay-api", 80));

        // Whom and what a permission names must both fit.
        await PermitAsync("aeropay-for-another", "flight-control", "aeropay-api", 80);
        await PermitAsync("another-for-check-in-api", "check-in-api", "another", 80);
        await caller.UntilAsync(403, "without a permission for both");

        await PermitAsync("aeropay-for-check-in-api", "check-in-api", "aeropay-api", 80);
        await caller.UntilAsync(200, "with the permission");
        Assert.Equal("aeropay-api", (await caller.CallAsync()).Body);

        await world.Global.Api.ApplyAsync(
            """
            type: MeshRetry
            mesh: default
            name: aeropay-again
            spec:
              targetRef: {kind: Dataplane, labels: {app: check-in-api}}
              to:
              - targetRef: {kind: MeshExternalService, labels: {kuma.io/display-name: aeropay-api}}
                default: {http: {numRetries: 3, retryOn: [5xx, ConnectFailure, GatewayError]}}
            """);
        await Eventually.HoldsAsync(
            async () => (await caller.Sidecar.AdminAsync("/config_dump")).Contains("5xx,connect-failure,gateway-error", StringComparison.Ordinal),
            "the retries are at the caller");
        payment.FailNext(3);
        Assert.Equal((200, "aeropay-api"), await caller.CallAsync());
    }

    /// <summary>Waits until calls over connections of their own have a status; those that are open stay with what they began with.</summary>
    private static Task ConnectsAsync(TestCaller caller, int status, string why) => Eventually.HoldsAsync(
        async () =>
        {
            await using var next = new TestCaller(caller.Sidecar, caller.Addresses);
            return (await next.CallAsync()).Status == status;
        },
        $"{status} {why}");

    private async Task<EchoApplication> StartAsync(string name)
    {
        using var certificate = X509Certificate2.CreateFromPem(_authority.CertificatePem, _authority.PrivateKeyPem);
        return await EchoApplication.StartAsync(name, X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
    }

    private Task WriteDatabaseAsync(int port, string serverName) => world.Global.Api.ApplyAsync(ExternalServices.Service(
        "flight-db", "port: 5432, protocol: tcp", port, ExternalServices.Secured(serverName, _authority)));

    private Task PermitAsync(string name, string workload, string service, int port) => world.Global.Api.ApplyAsync(ExternalServices.AtEgress(
        "MeshTrafficPermission", name, $"{{default: {{allow: [{{{ExternalServices.Id(workload)}, {ExternalServices.Sni(service, port)}}}]}}}}"));

    private Task<long> DeniedAsync() => world.Egress.StatAsync("self_zoneegress_dp_out.rbac.denied");
}
