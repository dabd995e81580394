using Mesh.Load.Fleets;
using Mesh.Load.Scenarios;
using Mesh.Testing.Network;

namespace Mesh.Load.Tests.Fleets;

/// <summary>Fleets that lose their connections to our discovery host, over a network that does what the test says.</summary>
public sealed class FleetReconnectTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("delta", false, 1)]
    [InlineData("delta", true, 1)]
    [InlineData("delta", false, 5)]
    [InlineData("sotw", false, 1)]
    public async Task Fleet_WhoseConnectionsAreCut_ComesBackWithWhatItHas(string protocol, bool tls, int streams)
    {
        var scenario = FleetTests.Scenario(10, tls);
        await using var server = await FleetTests.StartAsync(scenario);
        await using var relay = TcpRelay.To(server.Discovery.Port);
        using var fleet = FleetTests.NewFleet(server, scenario, protocol, streams, port: relay.Port);
        await FleetTests.ConnectAsync(fleet);
        var before = fleet.Totals;

        relay.Cut();
        await IsBackAsync(fleet);
        Assert.Equal(2 * 10 / streams, relay.Accepted);
        var seen = fleet.Totals - before;
        Assert.Equal((10, 10), (seen.Lost, seen.Reconnects));
        if (protocol == "delta")
        {
            Assert.Equal(0, seen.Resources);
        }

        await ChangeAsync(fleet, server);
    }

    [Fact]
    public async Task Fleet_ThatIsCutAgainAndAgainWhileItConnects_GetsEverything()
    {
        var scenario = FleetTests.Scenario(20, tls: false);
        await using var server = await FleetTests.StartAsync(scenario);
        await using var relay = TcpRelay.To(server.Discovery.Port);
        using var fleet = FleetTests.NewFleet(server, scenario, "delta", 1, port: relay.Port);
        await fleet.ConnectAsync(TestContext.Current.CancellationToken);
        for (var i = 1; i <= 5; i++)
        {
            var bytes = relay.BytesDown;
            Assert.True(await Fleet.UntilAsync(() => relay.BytesDown > bytes, _patience, TestContext.Current.CancellationToken), $"{fleet.Totals}");
            relay.Cut();
        }

        Assert.True(await Fleet.UntilAsync(() => fleet.Totals.Synced == 20, _patience, TestContext.Current.CancellationToken), $"{fleet.Totals} {fleet.LastLoss}");
        await IsBackAsync(fleet);
        await ChangeAsync(fleet, server);
    }

    [Fact]
    public async Task Fleet_ThatIsStalledWhenItIsCut_ComesBackWhenItReadsAgain()
    {
        var scenario = FleetTests.Scenario(10, tls: false);
        await using var server = await FleetTests.StartAsync(scenario);
        await using var relay = TcpRelay.To(server.Discovery.Port);
        using var fleet = FleetTests.NewFleet(server, scenario, "delta", 1, port: relay.Port);
        await FleetTests.ConnectAsync(fleet);
        await fleet.StallAsync(1);
        relay.Cut();
        await fleet.StallAsync(0);
        Assert.True(await Fleet.UntilAsync(() => fleet.Totals.Lost == 10, _patience, TestContext.Current.CancellationToken), $"{fleet.Totals}");
        await fleet.StallAsync(1);
        await fleet.StallAsync(0);
        await IsBackAsync(fleet);
        Assert.Equal(20, relay.Accepted);
    }

    private static async Task IsBackAsync(Fleet fleet)
    {
        // A stream that was opened on a connection that is cut is open until that is noticed: all is quiet when it was.
        bool IsBack() => fleet.Totals is { Away: 0 } totals && totals.Open == fleet.Count && totals.Lost > 0 && totals.Lost == totals.Reconnects;
        Assert.True(await fleet.QuietAsync(IsBack, _quiet, _patience, TestContext.Current.CancellationToken), $"{fleet.Totals} {fleet.LastLoss}");
    }

    private static async Task ChangeAsync(Fleet fleet, Load.Servers.SyntheticServer server)
    {
        fleet.Begin();
        await server.ChangeAsync(new StepSpec { Do = StepKind.Change, Kind = "eds" }, TestContext.Current.CancellationToken);
        Assert.True(await Fleet.UntilAsync(() => fleet.Receivers == fleet.Count, _patience, TestContext.Current.CancellationToken), $"{fleet.Totals}");
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        await fleet.CheckDueAsync();
        Assert.All(fleet.Violations, violation => Assert.Equal(new(violation.Key, 0), violation));
        Assert.Equal(0, await fleet.CountDivergedAsync(await server.PublishedAsync(TestContext.Current.CancellationToken)));
    }
}
