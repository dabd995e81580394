using Mesh.RealEnvoy.Meshes;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>
/// Global and two zones, east and west, each a process with its store on disk. All that concerns both is written in Global: an identity
/// with each zone's own CA, and permissions for callers of both zones.
/// </summary>
public sealed class TwoZones : IAsyncDisposable
{
    private TwoZones(ControlPlaneProcess global, FederatedZone east, FederatedZone west) => (Global, East, West) = (global, east, west);

    public ControlPlaneProcess Global { get; }

    public FederatedZone East { get; }

    public FederatedZone West { get; }

    /// <summary>Starts all three.</summary>
    /// <param name="zoneEgress">Traffic between zones leaves through an egress.</param>
    /// <param name="certificateLife">How long certificates of workloads live; they are renewed at four fifths of it.</param>
    public static async Task<TwoZones> StartAsync(bool zoneEgress = false, string certificateLife = "24h")
    {
        var global = await StartGlobalAsync(zoneEgress, certificateLife);
        return new TwoZones(global, await FederatedZone.StartAsync("east", global), await FederatedZone.StartAsync("west", global));
    }

    /// <summary>Starts Global alone, with all that concerns both zones.</summary>
    /// <param name="zoneEgress">Traffic between zones leaves through an egress.</param>
    /// <param name="certificateLife">How long certificates of workloads live.</param>
    public static async Task<ControlPlaneProcess> StartGlobalAsync(bool zoneEgress = false, string certificateLife = "24h")
    {
        var global = await ControlPlaneProcess.StartNewAsync("--mode", "global", "--set", "multizone.global.kds.takeoverDelay=2s");
        await global.Api.ApplyAsync($"type: Mesh\nname: default\nrouting: {{zoneEgress: {(zoneEgress ? "true" : "false")}}}");
        await global.Api.ApplyAsync(Identity(certificateLife));
        await global.Api.ApplyAsync(Permission("callers-may-call", "server", "client"));
        return global;
    }

    /// <summary>The identity of all workloads.</summary>
    /// <param name="certificateLife">How long their certificates live.</param>
    public static string Identity(string certificateLife) => TwoSidecars.Identity.Replace(
        "insecureAllowSelfSigned: true",
        $"insecureAllowSelfSigned: true\n      certificateParameters: {{expiry: {certificateLife}}}",
        StringComparison.Ordinal);

    /// <summary>Lets a workload of both zones call another.</summary>
    public static string Permission(string name, string called, string caller) =>
        $$"""
        type: MeshTrafficPermission
        mesh: default
        name: {{name}}
        spec:
          targetRef: {kind: Dataplane, labels: {app: {{called}}} }
          rules:
          - default:
              allow:
              - {spiffeID: {type: Exact, value: "spiffe://default.east.mesh.local/workload/{{caller}}"} }
              - {spiffeID: {type: Exact, value: "spiffe://default.west.mesh.local/workload/{{caller}}"} }
        """;

    /// <summary>Name that a service of one zone has in the other.</summary>
    /// <param name="zone">Where it is looked for.</param>
    /// <param name="kind">Path of its kind.</param>
    /// <param name="displayName">Its name at home.</param>
    public static Task<string> SyncedNameAsync(FederatedZone zone, string kind, string displayName) => SyncedNameAsync(zone.Api, kind, displayName);

    /// <summary>Name that a service of one zone has in the other.</summary>
    /// <param name="zone">API of the zone where it is looked for.</param>
    /// <param name="kind">Path of its kind.</param>
    /// <param name="displayName">Its name at home.</param>
    public static async Task<string> SyncedNameAsync(MeshApi zone, string kind, string displayName)
    {
        string? found = null;
        await Eventually.HoldsAsync(
            async () => (found = (await zone.FindAsync($"/meshes/default/{kind}"))?["items"]?.AsArray()
                .Where(item => (string?)item!["labels"]?["kuma.io/origin"] == "global" && (string?)item["labels"]?["kuma.io/display-name"] == displayName)
                .Select(item => (string)item!["name"]!).FirstOrDefault()) is not null,
            $"{displayName} of the other zone is there");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await East.DisposeAsync();
        await West.DisposeAsync();
        await Global.DisposeAsync();
    }
}
