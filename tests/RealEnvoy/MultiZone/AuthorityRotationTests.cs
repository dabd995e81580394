using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>A zone whose authority is replaced under load.</summary>
[Collection(IngressWorld.Collection)]
public sealed class AuthorityRotationTests(IngressWorld world)
{
    private const int LibraryInWest = 2;

    [Fact]
    public async Task Authority_DeletedInOneZone_IsReplacedAndNoCallIsLost()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        var (west, library) = (world.Zones.West, world.Library);
        var identity = await TwoZones.SyncedNameAsync(west, "meshidentities", "identity");
        await world.East.UntilAsync(200, "from zone to zone", LibraryInWest);
        await world.West.UntilAsync(200, "in the zone");
        var serials = (await library.CertificateSerialsAsync(), await world.West.Sidecar.CertificateSerialsAsync());
        var trusted = await AuthoritiesAsync(west.Api, identity);

        await using var local = new CallerLoad(world.West.Addresses[0], callers: 2, TimeSpan.FromMilliseconds(5));
        await using var far = new CallerLoad(world.East.Addresses[LibraryInWest], callers: 2, TimeSpan.FromMilliseconds(5));
        await local.MoreAsync(50);
        await far.MoreAsync(50);

        await west.Api.DeleteAsync($"/meshes/default/secrets/{identity}-root-ca");
        await Eventually.HoldsAsync(async () => await AuthoritiesAsync(west.Api, identity) == trusted + 1, "the zone trusts the new authority beside the old one");
        await Eventually.HoldsAsync(async () => await library.CertificateSerialsAsync() != serials.Item1, "the called has a certificate of the new authority");
        await Eventually.HoldsAsync(
            async () => await world.West.Sidecar.CertificateSerialsAsync() != serials.Item2, "the caller has a certificate of the new authority");

        await local.MoreAsync(200);
        await far.MoreAsync(200);
        await local.AssertNothingLostAsync();
        await far.AssertNothingLostAsync();

        // Connections made from now on are with the new authority alone.
        var newcomer = await west.Proxies.AddCallerAsync("reader", "{kind: MeshService, name: library, port: 8080}");
        await newcomer.UntilAsync(403, "for who is known but not permitted");
    }

    private static async Task<int> AuthoritiesAsync(MeshApi zone, string identity) =>
        (await zone.FindAsync($"/meshes/default/meshtrusts/{identity}"))?["spec"]?["caBundles"]?.AsArray().Count ?? 0;
}
