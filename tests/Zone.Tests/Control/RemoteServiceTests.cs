using System.Text;
using Mesh.Identity.Certificates;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Control;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests.Control;

/// <summary>Names, addresses and trust across zones: what comes from Global is in the store as the sync wrote it.</summary>
public class RemoteServiceTests
{
    private static readonly ProxyKey _proxy = new("default", "a-1");

    [Fact]
    public async Task SyncedServices_GeneratorsOfGlobal_GetNamesAndAddressesThatSurviveRestarts()
    {
        await using var world = await ZoneWorld.StartAsync();
        foreach (var document in new[]
        {
            Generator("synced-universal-mesh-service", "meshService", "kuma.io/env", "universal", "{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"),
            Generator("synced-mesh-multi-zone-service", "meshMultiZoneService", "kuma.io/origin", "global", "{{ .DisplayName }}.mzsvc.mesh.local"),
            Generator("synced-mesh-external-service", "meshExternalService", "kuma.io/origin", "global", "{{ .DisplayName }}.extsvc.mesh.local"),
            Remote("cart-x1", "cart", "east"),
            Remote("cart-x2", "cart", "west"),
            """
            {"type": "MeshMultiZoneService", "name": "cart-x3", "labels": {"kuma.io/origin": "global", "kuma.io/display-name": "cart"},
             "spec": {"selector": {"meshService": {"matchLabels": {"kuma.io/display-name": "cart"} } }, "ports": [{"name": "main", "port": 80}]} }
            """,
            """
            {"type": "MeshExternalService", "name": "bank-x4", "labels": {"kuma.io/origin": "global", "kuma.io/display-name": "bank"},
             "spec": {"match": {"port": 443}, "endpoints": [{"address": "bank.example", "port": 443}]} }
            """,
        })
        {
            await world.Store.CreateAsync(MeshFixture.Read(document));
        }

        await world.SettleAsync();
        var before = await NamesAsync(world);
        Assert.Equal(
            ["bank.extsvc.mesh.local 242.0.0.0", "cart.mzsvc.mesh.local 243.0.0.0", "cart.svc.east.mesh.local 241.", "cart.svc.west.mesh.local 241."],
            before.Select(name => name.Contains(".svc.", StringComparison.Ordinal) ? name[..(name.IndexOf("241.", StringComparison.Ordinal) + 4)] : name));
        var members = (await world.GetAsync<MeshMultiZoneServiceStatus>(MeshMultiZoneServiceKind.Name, "cart-x3"))!.MeshServices!;
        Assert.Equal(["east", "west"], members.Select(member => member.Zone));

        await world.DisposeAsync();
        await using var again = await ZoneWorld.StartAsync(store: world.Store, clock: world.Clock);
        await again.Store.CreateAsync(MeshFixture.Read(Remote("another", "another", "east")));
        await again.SettleAsync();
        Assert.Equal(before, (await NamesAsync(again)).Where(name => !name.StartsWith("another", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Authority_TakesAnothersPlace_IssuesWhenPeersHaveHeardOfIt()
    {
        var options = new ZoneControlOptions { MeshInsightInterval = TimeSpan.Zero, TrustPropagation = TimeSpan.FromHours(1) };
        await using var world = await ZoneWorld.StartAsync(options);
        using var first = CertificateAuthority.GenerateEc("first", world.Clock.GetUtcNow(), "default.default.mesh.local");
        using var second = CertificateAuthority.GenerateEc("second", world.Clock.GetUtcNow(), "default.default.mesh.local");
        await PutSecretAsync(world, "ca", first.CertificatePem);
        await PutSecretAsync(world, "ca-key", first.ExportPrivateKeyPem());
        var dataplane = await world.ApplyAsync("type: Dataplane\nmesh: default\nname: a-1\nlabels: {kuma.io/workload: a}\nnetworking: {address: 127.0.0.3, inbound: [{port: 7001}]}");
        await world.ApplyAsync(
            """
            type: MeshIdentity
            mesh: default
            name: own
            spec:
              selector: {dataplane: {matchLabels: {}}}
              provider:
                type: Bundled
                bundled:
                  certificateParameters: {expiry: 240h}
                  ca:
                    certificate: {type: Secret, secretRef: {kind: Secret, name: ca}}
                    privateKey: {type: Secret, secretRef: {kind: Secret, name: ca-key}}
            """);
        var identity = await world.FindAsync(MeshIdentityKind.Name, "own", resource => IsReady(resource));
        var before = world.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane)!;

        // One after the other: in between they do not go together, and the old one goes on.
        await PutSecretAsync(world, "ca", second.CertificatePem);
        await world.FindAsync(MeshIdentityKind.Name, "own", resource => !IsReady(resource));
        Assert.Same(before, world.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane));
        await PutSecretAsync(world, "ca-key", second.ExportPrivateKeyPem());
        await world.FindAsync(MeshTrustKind.Name, "own", trust => trust.SpecAs<MeshTrustSpec>().CaBundles is { Count: 2 });
        await world.FindAsync(MeshIdentityKind.Name, "own", resource => IsReady(resource));
        Assert.Same(before, world.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane));

        world.Clock.Advance(TimeSpan.FromHours(1));
        var after = await world.UntilAsync(
            () => Task.FromResult(world.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane) is { } found && found.Version != before.Version ? found : null),
            "a certificate of the second authority");
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(2, (await world.FindAsync(MeshTrustKind.Name, "own", _ => true)).SpecAs<MeshTrustSpec>().CaBundles!.Count);
    }

    private static bool IsReady(Resource identity) =>
        identity.StatusAs<ConditionsStatus>()?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static async Task PutSecretAsync(ZoneWorld world, string name, string text) => await world.PutAsync(
        new Resource { Descriptor = SecretKind.Resource, Mesh = "default", Name = name, Spec = new SecretSpec { Data = Encoding.UTF8.GetBytes(text) } });

    private static async Task<List<string>> NamesAsync(ZoneWorld world)
    {
        var names = new List<string>();
        foreach (var kind in new[] { MeshServiceKind.Name, MeshMultiZoneServiceKind.Name, MeshExternalServiceKind.Name })
        {
            foreach (var service in (await world.Store.ListAsync(new Mesh.Model.Stores.ResourceQuery { Kind = kind })).Items)
            {
                var (addresses, vip) = service.Status switch
                {
                    MeshServiceStatus status => (status.Addresses, status.Vips![0].Ip),
                    MeshMultiZoneServiceStatus status => (status.Addresses, status.Vips![0].Ip),
                    MeshExternalServiceStatus status => (status.Addresses, status.Vip!.Ip),
                    _ => throw new InvalidOperationException(service.Key + " has no status"),
                };
                names.AddRange(addresses!.Select(address => $"{address.Hostname} {vip}"));
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static string Generator(string name, string kind, string label, string value, string template) => $$$"""
        {"type": "HostnameGenerator", "name": "{{{name}}}", "labels": {"kuma.io/origin": "global"},
         "spec": {"selector": {"{{{kind}}}": {"matchLabels": {"kuma.io/origin": "global", "{{{label}}}": "{{{value}}}"} } }, "template": "{{{template}}}"} }
        """;

    private static string Remote(string name, string display, string zone) => $$$"""
        {"type": "MeshService", "name": "{{{name}}}",
         "labels": {"kuma.io/origin": "global", "kuma.io/zone": "{{{zone}}}", "kuma.io/display-name": "{{{display}}}", "kuma.io/env": "universal"},
         "spec": {"state": "Available", "ports": [{"name": "main", "port": 80}]} }
        """;
}
