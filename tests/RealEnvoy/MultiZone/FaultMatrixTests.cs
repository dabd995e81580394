using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>
/// What happens when what fails: each fault is done under load, while a new workload joins, certificates are renewed, and afterwards a policy
/// of Global is followed. The table is written to <c>artifacts/fault-matrix.md</c>.
/// </summary>
public sealed class FaultMatrixTests(FaultWorld world) : IClassFixture<FaultWorld>
{
    [Fact]
    public Task Global_Killed_ZonesStayOperational() => RunAsync("kill -9 of Global", world => world.Global.KillAsync(), world => world.Global.StartAsync());

    [Fact]
    public Task ZoneControlPlane_Killed_LosesNoCall() => RunAsync(
        "kill -9 of a zone control plane", world => world.West.ControlPlane.KillAsync(), world => world.West.ControlPlane.StartAsync(), joinsMeanwhile: false);

    [Fact]
    public Task Ingress_Killed_IsBackWithItsSuccessor() => RunAsync(
        "kill -9 of the ingress", world => world.Ingress.KillAsync(), world => world.Ingress.StartAsync(), losesFarCalls: true);

    [Fact]
    public Task Egress_Killed_IsBackWithItsSuccessor() => RunAsync(
        "kill -9 of the egress", world => world.Egress.KillAsync(), world => world.Egress.StartAsync(), losesFarCalls: true);

    [Fact]
    public Task Network_CutBetweenZoneAndGlobal_ZoneStaysOperational() => RunAsync(
        "network between zone and Global cut",
        world =>
        {
            world.West.Network.Refuses = true;
            world.West.Network.Cut();
            return Task.CompletedTask;
        },
        world =>
        {
            world.West.Network.Refuses = false;
            return Task.CompletedTask;
        });

    [Theory]
    [InlineData("black hole from the zone to Global", true, false)]
    [InlineData("black hole from Global to the zone", false, true)]
    [InlineData("black hole both ways", true, true)]
    public Task Network_BlackHole_ZoneStaysOperational(string fault, bool up, bool down) => RunAsync(
        fault,
        world =>
        {
            world.West.Network.HoldBack(up, down);
            return Task.CompletedTask;
        },
        world =>
        {
            world.West.Network.LetThrough();
            return Task.CompletedTask;
        });

    [Fact]
    public Task Network_SlowAndTorn_ZoneStaysOperational() => RunAsync(
        "relay that delays 2 s, drops and cuts",
        async world =>
        {
            var network = world.West.Network;
            network.Delay = TimeSpan.FromSeconds(2);
            for (var i = 0; i < 3; i++)
            {
                var connections = network.Accepted;
                network.Cut();
                await Eventually.HoldsAsync(() => Task.FromResult(network.Accepted > connections), "the zone comes back");
            }
        },
        world =>
        {
            world.West.Network.Delay = TimeSpan.Zero;
            return Task.CompletedTask;
        });

    [Fact]
    public Task Global_RestoredFromAnOlderBackup_WipesNothing() => RunAsync(
        "Global restored from an older backup",
        async world =>
        {
            await world.Global.KillAsync();
            var backup = world.Global.Backup();
            await world.Global.StartAsync();
            for (var i = 0; i < 40; i++)
            {
                await world.Global.Api.ApplyAsync(
                    $"type: MeshTimeout\nmesh: default\nname: newer-{i}\nspec: {{targetRef: {{kind: Dataplane, labels: {{app: nobody}}}}, to: [{{targetRef: {{kind: Mesh}}, default: {{connectionTimeout: 3s}}}}]}}");
            }

            await NewerAsync(world, 40, "the zone has what Global has");
            await world.Global.KillAsync();
            world.Global.Restore(backup);
            await world.Global.StartAsync();
            await Eventually.HoldsAsync(
                async () => (await world.West.Api.FindAsync("/zone-sync"))?["hold"] is not null, "the zone holds the sync back");
            await NewerAsync(world, 40, "the zone lost nothing");
            await Eventually.HoldsAsync(
                async () => (await world.Global.Api.RunAsync("inspect", "zones")).Contains("held back", StringComparison.OrdinalIgnoreCase), "Global shows it");
        },
        async world =>
        {
            foreach (var zone in new[] { world.West, world.Zones.East })
            {
                await Eventually.HoldsAsync(async () => (await zone.Api.FindAsync("/zone-sync"))?["hold"] is not null, "each zone holds the sync back by itself");
                await zone.Api.RunAsync("zone", "accept");
            }

            await NewerAsync(world, 0, "what was accepted is followed");
        });

    [Fact]
    public async Task Zone_SecondOneOfTheSameName_IsRefusedAndChangesNothing()
    {
        ControlPlaneProcess? other = null;
        await RunAsync(
            "second zone of the same name",
            async world =>
            {
                var folder = Directory.CreateTempSubdirectory("mesh-twin-").FullName;
                other = await ControlPlaneProcess.StartNewUnreadyAsync(await FederatedZone.JoinAsync("west", world.Global, new Uri(world.Global.Zones).Port, folder));
                await Eventually.HoldsAsync(
                    async () => ((string?)(await other!.Api.FindAsync("/zone-sync"))?["lastError"])?.Contains("west", StringComparison.Ordinal) ?? false,
                    "the second zone is told why it is refused");
            },
            _ => other!.DisposeAsync().AsTask());
    }

    [Fact]
    public Task Zone_RestartedWithAnEmptyDisk_ComesBack() => RunAsync(
        "zone control plane restarted with an empty disk",
        async world =>
        {
            await world.West.ControlPlane.KillAsync();
            world.West.ControlPlane.Empty();
        },
        async world =>
        {
            await world.West.ControlPlane.StartAsync();
            await FederatedZone.IsOnlineAsync(world.Global, "west");
        },
        joinsMeanwhile: false,
        losesFarCalls: true);

    private Task RunAsync(
        string fault, Func<FaultWorld, Task> inject, Func<FaultWorld, Task> heal, bool joinsMeanwhile = true, bool losesFarCalls = false)
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        return world.RunAsync(fault, () => inject(world), () => heal(world), joinsMeanwhile, losesFarCalls);
    }

    /// <summary>Waits until both zones have so many of the newer resources: what a zone never got, it cannot hold back.</summary>
    private static async Task NewerAsync(FaultWorld world, int count, string what)
    {
        foreach (var zone in new[] { world.West, world.Zones.East })
        {
            await Eventually.HoldsAsync(
                async () => (await zone.Api.FindAsync("/meshes/default/meshtimeouts?size=1000&name=newer"))?["items"]?.AsArray().Count == count, what);
        }
    }
}
