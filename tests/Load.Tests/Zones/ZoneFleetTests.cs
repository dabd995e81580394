using Mesh.Load.Fleets;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;
using Mesh.Load.Zones;

namespace Mesh.Load.Tests.Zones;

/// <summary>Simulated zones against our global control plane as a process of its own.</summary>
public sealed class ZoneFleetTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Zones_ThatConnect_ExchangeTheirServicesAndEveryChange()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var global = await GlobalServer.StartAsync(new ServerSpec { Kind = ServerKind.Global }, cancel);
        using var zones = new ZoneFleet(global.Discovery, new ZonesSpec { Count = 3, Services = 5, Dataplanes = 4 });
        await zones.ConnectAsync(3);
        Assert.True(await UntilAsync(async () => await zones.CountSyncedAsync() == 3), zones.LastLoss);
        Assert.True(await zones.QuietAsync(_quiet, _patience, cancel));

        zones.Begin();
        await global.ChangeAsync(new StepSpec { Do = StepKind.Change, Kind = "policy" }, cancel);
        Assert.True(await Fleet.UntilAsync(() => zones.Receivers == 3, _patience, cancel));
        Assert.True(await zones.QuietAsync(_quiet, _patience, cancel));

        zones.Begin();
        await zones.ChangeAsync(0, resources => resources.ToggleService());
        Assert.True(await Fleet.UntilAsync(() => zones.Receivers == 2, _patience, cancel));
        Assert.True(await zones.QuietAsync(_quiet, _patience, cancel));
        Assert.Equal(0, zones.Observations.Responses(0));

        var before = zones.Resources;
        await zones.DisconnectAsync(3);
        await zones.ConnectAsync(3);
        Assert.True(await UntilAsync(async () => await zones.CountAskedAsync() == 3));
        Assert.True(await zones.QuietAsync(_quiet, _patience, cancel));
        Assert.Equal(before, zones.Resources);
        Assert.Equal((0, 0), (zones.Lost, zones.Rejections));
    }

    private static async Task<bool> UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return true;
    }
}
