using System.Text.Json.Nodes;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>
/// A zone that ran on its own joins a global control plane with nothing but a restart, and leaves it again (scenario G5):
/// mesh, policies, identities and running traffic stay.
/// </summary>
public sealed class FederationTests : IDisposable
{
    private const string Zone = "default";

    private const string GlobalTimeout =
        """
        type: MeshTimeout
        mesh: default
        name: from-global
        spec: {targetRef: {kind: Dataplane, labels: {app: client}}, to: [{targetRef: {kind: Mesh}, default: {connectionTimeout: 7s}}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-federation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Zone_JoinsAndLeavesGlobalUnderLoad_LosesNoRequestAndKeepsWhatItHas()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var zone = await ControlPlaneProcess.StartNewAsync();
        await zone.Api.ApplyAsync(TwoSidecars.Identity);
        await zone.Api.ApplyAsync(TwoSidecars.AllowClient);
        await using var mesh = await TwoSidecars.StartAsync(zone.DataPlane, zone.Api);
        await mesh.UntilAsync(200, "at the start");
        var identities = await IdentitiesAsync(mesh);
        var names = await SpiffeIdsAsync(mesh);
        var owned = await NamesAsync(zone.Api);
        await using var load = new CallerLoad(mesh.Address);
        await load.MoreAsync(50);

        await using var global = await ControlPlaneProcess.StartNewAsync("--mode", "global", "--set", "defaults.skipMeshCreation=true");
        await HandOverAsync(zone.Api, global.Api);
        await RestartAsync(zone, mesh, await JoinOptionsAsync(global));
        await JoinedAsync(zone, global);
        await load.MoreAsync(50);

        Assert.Equal(identities, await IdentitiesAsync(mesh));
        Assert.Superset(owned, await NamesAsync(zone.Api));
        await FollowsAsync(zone, global, mesh, load);

        await RestartAsync(zone, mesh, []);
        await load.MoreAsync(50);
        await load.AssertNothingLostAsync();
        // Names, not certificates: where processors are short, a proxy is sometimes given another certificate for its name here. (RestartTests has the rest.)
        Assert.Equal(names, await SpiffeIdsAsync(mesh));
        await OwnsEverythingAsync(zone.Api, owned);
    }

    /// <summary>What a zone exports, a new Global takes.</summary>
    private async Task HandOverAsync(MeshApi zone, MeshApi global)
    {
        var file = Path.Combine(_folder, "export.yaml");
        await File.WriteAllTextAsync(file, await zone.RunAsync("export", "--profile", "federation-with-policies"));
        await global.RunAsync("apply", "-f", file);
    }

    private async Task<string[]> JoinOptionsAsync(ControlPlaneProcess global)
    {
        var token = Path.Combine(_folder, "zone.token");
        await File.WriteAllTextAsync(token, await global.Api.ZoneTokenAsync(Zone));
        return
        [
            "--global-address", global.Zones, "--set", "multizone.zone.kds.tlsSkipVerify=true", "--set", $"multizone.zone.kds.auth.cpTokenPath={token}",
        ];
    }

    private static async Task RestartAsync(ControlPlaneProcess zone, TwoSidecars mesh, string[] options)
    {
        await zone.KillAsync();
        zone.Options = options;
        await zone.StartAsync();
        foreach (var sidecar in (TestSidecar[])[mesh.Client, mesh.Server])
        {
            await Eventually.HoldsAsync(async () => await sidecar.StatAsync("control_plane.connected_state") == 1, "the sidecar is back");
        }
    }

    /// <summary>Global shows the zone and its proxies.</summary>
    private static async Task JoinedAsync(ControlPlaneProcess zone, ControlPlaneProcess global)
    {
        await Eventually.HoldsAsync(
            async () => (await global.Api.RunAsync("inspect", "zones")).Contains(Zone + "   Online", StringComparison.Ordinal), "the zone is online");
        await Eventually.HoldsAsync(
            async () => (int?)(await global.Api.FindAsync("/meshes/default/dataplanes"))?["total"] == 2, "Global shows both proxies");
        Assert.Contains("connected for", await zone.Api.RunAsync("zone", "status"), StringComparison.Ordinal);
    }

    /// <summary>What is written in Global arrives in the zone, under a name that says so, and what is deleted there goes.</summary>
    private static async Task FollowsAsync(ControlPlaneProcess zone, ControlPlaneProcess global, TwoSidecars mesh, CallerLoad load)
    {
        await global.Api.ApplyAsync(GlobalTimeout);
        await Eventually.HoldsAsync(async () => await SyncedAsync(zone.Api, "meshtimeouts", "from-global") is not null, "the policy of Global is in the zone");
        await Eventually.HoldsAsync(
            async () => (await mesh.Client.AdminAsync("/config_dump?resource=dynamic_active_clusters")).Contains("\"connect_timeout\": \"7s\"", StringComparison.Ordinal),
            "the policy of Global is in force");
        await load.MoreAsync(50);
    }

    /// <summary>A zone that left has what it got from Global, and may change and delete it.</summary>
    private static async Task OwnsEverythingAsync(MeshApi zone, HashSet<string> owned)
    {
        Assert.Superset(owned, await NamesAsync(zone));
        var synced = await SyncedAsync(zone, "meshtimeouts", "from-global");
        Assert.NotNull(synced);
        await zone.ApplyAsync("{type: Mesh, name: default, labels: {left: 'true'}}");
        await zone.DeleteAsync($"/meshes/default/meshtimeouts/{synced}");
        Assert.Null(await SyncedAsync(zone, "meshtimeouts", "from-global"));
    }

    /// <summary>Name that a resource of Global has in a zone, or null.</summary>
    private static async Task<string?> SyncedAsync(MeshApi zone, string kind, string name)
    {
        var list = await zone.FindAsync($"/meshes/default/{kind}");
        return (list?["items"] as JsonArray ?? [])
            .Select(item => (string)item!["name"]!)
            .FirstOrDefault(found => found.StartsWith(name + "-", StringComparison.Ordinal));
    }

    /// <summary>What the user and the zone itself wrote: it must be there whatever happens.</summary>
    private static async Task<HashSet<string>> NamesAsync(MeshApi zone)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in (string[])["/meshes", "/meshes/default/meshidentities", "/meshes/default/meshtrusts", "/meshes/default/meshtrafficpermissions",
            "/meshes/default/meshtimeouts", "/meshes/default/meshretries", "/meshes/default/secrets", "/meshes/default/dataplanes", "/meshes/default/meshservices"])
        {
            var list = await zone.FindAsync(path);
            foreach (var item in (list?["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                names.Add($"{path}/{item["name"]}");
            }
        }

        return names;
    }

    private static async Task<string> IdentitiesAsync(TwoSidecars mesh) =>
        $"{await SpiffeIdsAsync(mesh)}\n{await mesh.Client.CertificateSerialsAsync()}\n{await mesh.Server.CertificateSerialsAsync()}";

    private static async Task<string> SpiffeIdsAsync(TwoSidecars mesh) =>
        string.Join('\n', [.. await mesh.Client.SpiffeIdsAsync(), .. await mesh.Server.SpiffeIdsAsync()]);
}
