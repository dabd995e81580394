using System.Text.Json.Nodes;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>What Global shows of its zones and of the proxies in them (scenario G4).</summary>
[Collection(EgressWorld.Collection)]
public sealed class ZoneInspectionTests(EgressWorld world)
{
    private const string Cluster = "kri_msvc_default_west__server_8080";

    [Fact]
    public async Task Zones_Connected_AreListedAndOnline()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        var listed = await world.Global.Api.RunAsync("get", "zones");
        var inspected = (await world.Global.Api.RunAsync("inspect", "zones")).Split('\n');
        foreach (var zone in (string[])["east", "west"])
        {
            Assert.Contains(listed.Split('\n'), line => line.StartsWith(zone + " ", StringComparison.Ordinal));
            Assert.Contains(inspected, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, "Online", ..] && name == zone);
        }
    }

    [Theory]
    [InlineData("config", "\"" + Cluster + "\"")]
    [InlineData("config-dump", "\"" + Cluster + "\"")]
    [InlineData("stats", "cluster." + Cluster + ".upstream_rq_total: ")]
    [InlineData("clusters", Cluster + "::")]
    public async Task Sidecar_InspectedInGlobal_IsAnsweredByItsZone(string type, string expected)
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await world.East.UntilAsync(200, "at the start", destination: 1);
        Assert.Contains(expected, await InspectAsync("client-1", "east", type), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("egress", "east", "self_zoneegress_dp_out")]
    [InlineData("ingress", "west", "self_zoneingress_dp_in")]
    public async Task ZoneProxy_InspectedInGlobal_ShowsItsListener(string name, string zone, string listener)
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        Assert.Contains(listener, await InspectAsync(name, zone, "config-dump"), StringComparison.Ordinal);
    }

    private async Task<string> InspectAsync(string name, string zone, string type)
    {
        var api = world.Global.Api;
        string? found = null;
        await Eventually.HoldsAsync(
            async () => (found = (await api.FindAsync("/meshes/default/dataplanes?size=1000"))!["items"]!.AsArray().OfType<JsonObject>()
                .Where(item => (string?)item["labels"]?["kuma.io/display-name"] == name && (string?)item["labels"]?["kuma.io/zone"] == zone)
                .Select(item => (string)item["name"]!).FirstOrDefault()) is not null,
            $"{name} of {zone} is in Global");
        return await api.RunAsync("inspect", "dataplane", found!, "--type", type);
    }
}
