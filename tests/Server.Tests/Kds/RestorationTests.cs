using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Server.Tests.Kds;

/// <summary>A zone that begins with an empty store gets back what it once sent to Global.</summary>
public sealed class RestorationTests : IAsyncLifetime
{
    private const string Dataplane =
        """{"type": "Dataplane", "mesh": "default", "name": "web-1", "labels": {"kuma.io/workload": "web"}, "networking": {"address": "127.0.0.1", "inbound": [{"port": 8080, "name": "main", "protocol": "http"}]}}""";

    private const string Address =
        """{"type": "MeshZoneAddress", "mesh": "default", "name": "ingress", "labels": {"kuma.io/origin": "zone"}, "spec": {"address": "203.0.113.7", "port": 10001}}""";

    private TestControlPlane _global = null!;

    public async ValueTask InitializeAsync() => _global = await TestControlPlane.GlobalAsync(("multizone.global.kds.takeoverDelay", "0s"));

    public ValueTask DisposeAsync() => _global.DisposeAsync();

    [Fact]
    public async Task Zone_LostItsStore_HasWhatItSent_AndGlobalNeverLostIt()
    {
        await using (var west = await JoinAsync("west"))
        {
            await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
            await west.PutAsync("/meshes/default/meshzoneaddresses/ingress", Address);
            await west.UntilThereAsync("/meshes/default/meshservices/web");
            await TestControlPlane.UntilAsync(async () => (await AllAsync(_global, MeshServiceKind.Name)).Count == 1);
            await TestControlPlane.UntilAsync(async () => (await AllAsync(_global, MeshZoneAddressKind.Name)).Count == 1);
        }

        var before = (await AllAsync(_global, DataplaneKind.Name)).Concat(await AllAsync(_global, MeshZoneAddressKind.Name)).ToList();
        var service = Assert.Single(await AllAsync(_global, MeshServiceKind.Name));
        await using var again = await JoinAsync("west");
        await TestControlPlane.UntilAsync(async () => (await again.GetAsync("/zone-sync"))!["connected"]!.GetValue<bool>());
        await TestControlPlane.UntilAsync(async () => await SentAsync(again));

        Assert.NotNull(await again.GetAsync("/meshes/default/dataplanes/web-1"));
        Assert.NotNull(await again.GetAsync("/meshes/default/meshzoneaddresses/ingress"));
        Assert.Single(again.Log.Of("Restored"));
        Assert.Equal(before, (await AllAsync(_global, DataplaneKind.Name)).Concat(await AllAsync(_global, MeshZoneAddressKind.Name)));
        Assert.Equal(service.CreationTime, Assert.Single(await AllAsync(_global, MeshServiceKind.Name)).CreationTime);
    }

    [Fact]
    public async Task Zone_LostItsStore_IsGivenNothingOfOthers()
    {
        await using var west = await JoinAsync("west");
        await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
        await TestControlPlane.UntilAsync(async () => (await AllAsync(_global, DataplaneKind.Name)).Count == 1);

        await using var east = await JoinAsync("east");

        Assert.Empty(await AllAsync(east, DataplaneKind.Name));
        Assert.Empty(east.Log.Of("Restored"));
    }

    private static async Task<bool> SentAsync(TestControlPlane zone) =>
        (await zone.GetAsync("/zone-sync"))!["sent"]?.AsArray().Any(kind => kind!["accepted"]?.GetValue<long>() > 0) ?? false;

    private async Task<TestControlPlane> JoinAsync(string zone)
    {
        var joined = await TestControlPlane.ZoneAsync(zone, _global.ZonesPort, await _global.ZoneTokenAsync(zone));
        await joined.UntilThereAsync("/meshes/default");
        return joined;
    }

    private static async Task<IReadOnlyList<Resource>> AllAsync(TestControlPlane where, string kind) =>
        (await where.ControlPlane.Store.ListAsync(new Model.Stores.ResourceQuery { Kind = kind }, TestContext.Current.CancellationToken)).Items;
}
