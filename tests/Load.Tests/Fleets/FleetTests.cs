using System.Net;
using Mesh.Load.Fleets;
using Mesh.Load.Responses;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;

namespace Mesh.Load.Tests.Fleets;

/// <summary>Fleets against our discovery host as a process of its own: the whole way over sockets.</summary>
public sealed class FleetTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("delta", false, 1)]
    [InlineData("delta", true, 1)]
    [InlineData("delta", false, 5)]
    [InlineData("sotw", false, 1)]
    public async Task Fleet_ThatConnects_GetsEverythingAndEveryChange(string protocol, bool tls, int streams)
    {
        var scenario = Scenario(20, tls);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, protocol, streams);
        await ConnectAsync(fleet);
        Assert.Equal(20 * 22, fleet.Totals.Resources);

        foreach (var kind in (string[])["eds", "cds", "lds", "rds"])
        {
            fleet.Begin();
            await server.ChangeAsync(new StepSpec { Do = StepKind.Change, Kind = kind }, TestContext.Current.CancellationToken);
            Assert.True(await Fleet.UntilAsync(() => fleet.Receivers == 20, _patience, TestContext.Current.CancellationToken), kind);
            Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        }

        await fleet.CheckDueAsync();
        Assert.All(fleet.Violations, violation => Assert.Equal(new(violation.Key, 0), violation));
        Assert.Equal(0, fleet.Totals.Lost);
        Assert.Equal(0, await fleet.CountDivergedAsync(await server.PublishedAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Fleet_ThatComesBackWithVersions_IsSentNothing()
    {
        var scenario = Scenario(10, tls: false);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, "delta", 1);
        await ConnectAsync(fleet);
        var before = fleet.Totals;
        await fleet.DisconnectAsync(forget: false);
        await fleet.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.True(await Fleet.UntilAsync(() => fleet.Totals.Open == 10, _patience, TestContext.Current.CancellationToken));
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, (fleet.Totals - before).Resources);
    }

    [Fact]
    public async Task Fleet_ThatForgets_GetsEverythingAgain()
    {
        var scenario = Scenario(10, tls: false);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, "delta", 1);
        await ConnectAsync(fleet);
        await fleet.DisconnectAsync(forget: true);
        await ConnectAsync(fleet);
        Assert.Equal(2 * 10 * 22, fleet.Totals.Resources);
    }

    [Fact]
    public async Task Envoys_ThatReject_AreNotAskedAgain()
    {
        var scenario = Scenario(10, tls: false);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, "delta", 1, rejectEvery: 2);
        await ConnectAsync(fleet);
        fleet.Begin();
        await server.ChangeAsync(new StepSpec { Do = StepKind.Change, Kind = "eds" }, TestContext.Current.CancellationToken);
        Assert.True(await Fleet.UntilAsync(() => fleet.Receivers == 10, _patience, TestContext.Current.CancellationToken));
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        Assert.Equal(5, fleet.Totals.Rejections);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(1, fleet.Observations.Responses(i)));
    }

    [Fact]
    public async Task Envoys_ThatStall_GetTheNewestWhenTheyReadAgain()
    {
        var scenario = Scenario(10, tls: false);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, "delta", 1);
        await ConnectAsync(fleet);
        await fleet.StallAsync(5);
        Assert.Equal(2, fleet.Stalled);
        for (var i = 0; i < 3; i++)
        {
            fleet.Begin();
            await server.ChangeAsync(new StepSpec { Do = StepKind.Change, Kind = "eds" }, TestContext.Current.CancellationToken);
            Assert.True(await Fleet.UntilAsync(() => fleet.Receivers == 8, _patience, TestContext.Current.CancellationToken));
        }

        await fleet.StallAsync(0);
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, await fleet.CountDivergedAsync(await server.PublishedAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Envoys_ThatAreAllStale_HaveDiverged()
    {
        var scenario = Scenario(10, tls: false);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, "delta", 1);
        await ConnectAsync(fleet);
        await fleet.StallAsync(2);
        fleet.Begin();
        await server.ChangeAsync(new StepSpec { Do = StepKind.Change, Kind = "eds" }, TestContext.Current.CancellationToken);
        Assert.True(await Fleet.UntilAsync(() => fleet.Receivers == 5, _patience, TestContext.Current.CancellationToken));
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        var published = await server.PublishedAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await fleet.CountDivergedAsync(published));
        var next = published!.Types.ToDictionary(type => type.Key, type => type.Value);
        next["eds"] = next["eds"].ToDictionary(resource => resource.Key, resource => resource.Value + (resource.Key == "service-3" ? 1UL : 0));
        Assert.Equal(5, await fleet.CountDivergedAsync(new PublishedContents(next)));
        Assert.Equal(0, await fleet.CountDivergedAsync(published: null));
    }

    [Theory]
    [InlineData(ChurnModel.Endpoints, 2000, "delta")]
    [InlineData(ChurnModel.Scale, 2000, "delta")]
    [InlineData(ChurnModel.Scale, 2000, "sotw")]
    [InlineData(ChurnModel.Redeploy, 2000, "delta")]
    [InlineData(ChurnModel.Policy, 100, "delta")]
    [InlineData(ChurnModel.Policy, 100, "sotw")]
    public async Task Churn_FasterThanStreamsTakeIt_EndsWithTheNewestEverywhere(object model, int rate, string protocol)
    {
        var scenario = Scenario(10, tls: false);
        await using var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, protocol, 1);
        await ConnectAsync(fleet);
        await fleet.TakeAgesAsync();
        var churn = new StepSpec { Do = StepKind.Churn, Model = (ChurnModel)model, Rate = rate, Seconds = 1 };
        Assert.Equal(rate, (await server.ChurnAsync(churn, TestContext.Current.CancellationToken)).Due);
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
        await fleet.CheckDueAsync();
        Assert.Equal(0, await fleet.CountDivergedAsync(await server.PublishedAsync(TestContext.Current.CancellationToken)));
        var ages = await fleet.TakeAgesAsync();
        Assert.True(ages.TotalCount > 0);
        Assert.All(fleet.Violations, violation => Assert.Equal(new(violation.Key, 0), violation));
    }

    [Fact]
    public async Task Server_ThatEnds_IsALossOfEveryStream()
    {
        var scenario = Scenario(10, tls: false);
        var server = await StartAsync(scenario);
        using var fleet = NewFleet(server, scenario, "delta", 1);
        await ConnectAsync(fleet);
        await server.DisposeAsync();
        Assert.True(await Fleet.UntilAsync(() => fleet.Totals.Lost == 10, _patience, TestContext.Current.CancellationToken));
        Assert.True(await Fleet.UntilAsync(() => fleet.LastLoss == "not connected: ConnectionRefused", _patience, TestContext.Current.CancellationToken), fleet.LastLoss);
        Assert.Equal((0, 10, 10), (fleet.Totals.Open, fleet.Totals.Away, fleet.Totals.Lost));
    }

    internal static Scenario Scenario(int proxies, bool tls) => new()
    {
        Name = "test",
        Servers = [new ServerSpec { Kind = ServerKind.Engine }],
        Fleet = new FleetSpec { Proxies = proxies, Tls = tls },
        Steps = [],
    };

    internal static Task<SyntheticServer> StartAsync(Scenario scenario) => SyntheticServer.StartEngineAsync(
        scenario.Servers[0], scenario, Path.Combine(AppContext.BaseDirectory, "Mesh.Load"), TestContext.Current.CancellationToken);

    internal static Fleet NewFleet(SyntheticServer server, Scenario scenario, string protocol, int streams, int rejectEvery = 0, int? port = null) => new(new FleetOptions
    {
        Server = new IPEndPoint(IPAddress.Loopback, port ?? server.Discovery.Port),
        Envoys = scenario.Fleet.Proxies,
        NodeOf = server.NodeOf,
        IsTls = scenario.Fleet.Tls,
        IsDelta = protocol == "delta",
        StreamsPerConnection = streams,
        RejectEvery = rejectEvery,
    });

    internal static async Task ConnectAsync(Fleet fleet)
    {
        await fleet.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.True(
            await Fleet.UntilAsync(() => fleet.Totals.Synced == fleet.Count, _patience, TestContext.Current.CancellationToken),
            $"{fleet.Totals} {fleet.LastLoss} {string.Join('\n', fleet.Examples)}");
        Assert.True(await fleet.QuietAsync(_quiet, _patience, TestContext.Current.CancellationToken));
    }
}
