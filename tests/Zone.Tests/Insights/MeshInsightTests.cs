using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Testing;
using Mesh.Zone.Insights;
using Mesh.Zone.Tests.Control;

namespace Mesh.Zone.Tests.Insights;

public class MeshInsightTests
{
    private const string Identity = "kri_mid_default_default__airline-identity_";
    private const string Trust = "kri_mtrust_default___airline-identity_";

    [Fact]
    public async Task Counts_OfRecordedMesh_EqualTheRecorded()
    {
        var file = SharedFolder.Conformance is { } root ? Path.Combine(root, "recorded", "rest-live.jsonl") : "";
        Assert.SkipUnless(File.Exists(file), SharedFolder.SkipReason);
        await using var world = await ZoneWorld.StartAsync();
        await AddAsync(world, "check-in-api", "[{port: 7001}, {port: 7005, state: NotReady}]");
        await AddAsync(world, "flight-control", "[{port: 7002}]");
        await AddAsync(world, "passenger-portal", "[{port: 7000}]");
        await world.FindAsync(MeshInsightKind.Name, "default", insight => insight.SpecAs<MeshInsightSpec>().Dataplanes is { Total: 3, Offline: 0 }, "");
        await world.SettleAsync();
        var mesh = await world.Store.GetAsync(new ResourceKey(MeshInsightKind.Name, "", "default"));
        var ours = ResourceJson.ToNode(mesh!);
        var recorded = Recorded(file, "/mesh-insights/default");
        foreach (var field in new[] { "dataplanes", "mTLS", "dataplanesByType" })
        {
            Assert.True(JsonNode.DeepEquals(recorded[field], ours[field]), $"{field}\nrecorded {recorded[field]}\nours     {ours[field]}");
        }

        // There a proxy that is partially degraded is left out of the total of its version.
        Assert.Equal(3, (int)ours["dpVersions"]!["kumaDp"]!["3.0.0-dev"]!["total"]!);
        Assert.Equal(3, (int)ours["resources"]!["MeshService"]!["total"]!);
    }

    [Theory]
    [InlineData("", true, ProxyState.Online)]
    [InlineData("", false, ProxyState.Offline)]
    [InlineData("Ready", true, ProxyState.Online)]
    [InlineData("Ready NotReady", true, ProxyState.PartiallyDegraded)]
    [InlineData("NotReady NotReady", true, ProxyState.Offline)]
    [InlineData("Ready", false, ProxyState.Offline)]
    public void State_OfInboundsAndConnection_IsTheWorstOfBoth(string inbounds, bool isConnected, ProxyState expected)
    {
        var states = inbounds.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((state, index) => new DataplaneInbound { Port = (uint)index + 1, State = state });
        var dataplane = new DataplaneSpec { Networking = new DataplaneNetworking { Inbound = [.. states] } };
        var subscription = new DiscoverySubscription { ConnectTime = DateTimeOffset.UnixEpoch, DisconnectTime = isConnected ? null : DateTimeOffset.UnixEpoch };
        Assert.Equal(expected, ProxyStates.Of(dataplane, new DataplaneInsightSpec { Subscriptions = [subscription] }));
    }

    [Fact]
    public void CountsAlike_WhatACountReads_MakesADifference()
    {
        var subscription = new DiscoverySubscription
        {
            ConnectTime = DateTimeOffset.UnixEpoch,
            Version = new ProxyVersion { KumaDp = new KumaDpVersion { Version = "1" }, Envoy = new EnvoyVersion { Version = "2" } },
        };
        var tls = new DataplaneInsightTls { IssuedBackend = "a", SupportedBackends = ["a", "b"] };
        var insight = new DataplaneInsightSpec { Subscriptions = [subscription], Mtls = tls };
        DataplaneInsightSpec Of(DiscoverySubscription other) => insight with { Subscriptions = [other] };

        // As it is read from the store again, with other counters.
        Assert.True(MeshInsightBuilder.CountsAlike(insight, Of(subscription with
        {
            Status = new DiscoverySubscriptionStatus { LastUpdateTime = DateTimeOffset.UtcNow },
            Version = new ProxyVersion { KumaDp = new KumaDpVersion { Version = "1" }, Envoy = new EnvoyVersion { Version = "2" } },
        }) with
        { Mtls = tls with { SupportedBackends = ["a", "b"], CertificateRegenerations = 7 } }));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, Of(subscription with { DisconnectTime = DateTimeOffset.UnixEpoch })));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, Of(subscription with { Version = subscription.Version with { KumaDp = new KumaDpVersion { Version = "2" } } })));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, Of(subscription with { Version = subscription.Version with { Envoy = null } })));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, Of(subscription with { Version = null })));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, insight with { Subscriptions = [] }));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, insight with { Mtls = null }));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, insight with { Mtls = tls with { IssuedBackend = "b" } }));
        Assert.False(MeshInsightBuilder.CountsAlike(insight, insight with { Mtls = tls with { SupportedBackends = ["a"] } }));
    }

    [Fact]
    public void CountsAlike_Dataplanes_TellsApartWhatACountReads()
    {
        var dataplane = new DataplaneSpec { Networking = new DataplaneNetworking { Address = "10.0.0.1", Inbound = [new DataplaneInbound { Port = 1 }, new DataplaneInbound { Port = 2 }] } };
        DataplaneSpec With(params IReadOnlyList<DataplaneInbound> inbounds) => dataplane with { Networking = dataplane.Networking with { Inbound = inbounds } };

        Assert.True(MeshInsightBuilder.CountsAlike(dataplane, dataplane with { Networking = dataplane.Networking with { Address = "10.0.0.2" } }));
        Assert.True(MeshInsightBuilder.CountsAlike(dataplane, With(new DataplaneInbound { Port = 3, State = "Ready" }, new DataplaneInbound { Port = 4 })));
        Assert.False(MeshInsightBuilder.CountsAlike(dataplane, With(new DataplaneInbound { Port = 1 }, new DataplaneInbound { Port = 2, State = "NotReady" })));
        Assert.False(MeshInsightBuilder.CountsAlike(
            With(new DataplaneInbound { Port = 1, State = "NotReady" }),
            With(new DataplaneInbound { Port = 1, State = "NotReady" }, new DataplaneInbound { Port = 2 })));
        Assert.False(MeshInsightBuilder.CountsAlike(dataplane, dataplane with { Networking = dataplane.Networking with { Gateway = new DataplaneGateway() } }));
        Assert.False(MeshInsightBuilder.CountsAlike(dataplane, new DataplaneSpec()));
    }

    [Fact]
    public async Task Insight_Changes_AreCountedADelayAfterTheFirstOfThem()
    {
        await using var world = await ZoneWorld.StartAsync(new Zone.Control.ZoneControlOptions { MeshInsightInterval = TimeSpan.Zero, InsightDelay = TimeSpan.FromDays(10) });
        async Task AdvanceAsync(int days)
        {
            world.Clock.Advance(TimeSpan.FromDays(days));
            await world.Controllers.SettledAsync(TestContext.Current.CancellationToken);
        }

        async Task<uint> CountedAsync()
        {
            await world.Controllers.SettledAsync(TestContext.Current.CancellationToken);
            return (await world.Store.GetAsync(new ResourceKey(MeshInsightKind.Name, "", "default")))!.SpecAs<MeshInsightSpec>().Dataplanes!.Total;
        }

        // Counted at the start, which is no change to count.
        Assert.Equal(0u, await CountedAsync());
        await AdvanceAsync(9);
        await ApplyAsync(world, 1);
        Assert.Equal(0u, await CountedAsync());
        await AdvanceAsync(9);
        await ApplyAsync(world, 2);
        Assert.Equal(0u, await CountedAsync());

        // The second does not put off the first.
        await AdvanceAsync(1);
        Assert.Equal(2u, await CountedAsync());
        await ApplyAsync(world, 3);
        Assert.Equal(2u, await CountedAsync());
        await AdvanceAsync(10);
        Assert.Equal(3u, await CountedAsync());
    }

    [Fact]
    public async Task Insight_ChangedByAnother_IsCountedAgain()
    {
        await using var world = await ZoneWorld.StartAsync();
        await ApplyAsync(world, 1);
        var counted = await world.FindAsync(MeshInsightKind.Name, "default", insight => insight.SpecAs<MeshInsightSpec>().Dataplanes!.Total == 1, "");
        await world.Store.UpdateAsync(counted with { Spec = counted.SpecAs<MeshInsightSpec>() with { Dataplanes = new DataplaneStat { Total = 7 } } });
        await world.FindAsync(MeshInsightKind.Name, "default", insight => insight.SpecAs<MeshInsightSpec>().Dataplanes!.Total == 1, "");
        await world.Store.DeleteAsync(counted.Key);
        await world.FindAsync(MeshInsightKind.Name, "default", insight => insight.SpecAs<MeshInsightSpec>().Dataplanes!.Total == 1, "");
    }

    [Fact]
    public async Task Insight_ManyChanges_IsWrittenOnceInAnInterval()
    {
        await using var world = await ZoneWorld.StartAsync(new Zone.Control.ZoneControlOptions { MeshInsightInterval = TimeSpan.FromHours(1) });
        await world.SettleAsync();
        var before = (await world.Store.GetAsync(new ResourceKey(MeshInsightKind.Name, "", "default")))!.Version;
        for (var i = 0; i < 5; i++)
        {
            await ApplyAsync(world, i);
        }

        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.FindAsync(MeshInsightKind.Name, "default", insight => insight.SpecAs<MeshInsightSpec>().Dataplanes!.Total == 5 && insight.Version == before + 1, "");
    }

    private static Task ApplyAsync(ZoneWorld world, int number) =>
        world.ApplyAsync($"type: Dataplane\nmesh: default\nname: d-{number}\nnetworking: {{address: 127.0.0.1, inbound: [{{port: 80}}]}}");

    private static async Task AddAsync(ZoneWorld world, string name, string inbounds)
    {
        await world.ApplyAsync($"type: Dataplane\nmesh: default\nname: {name}-1\nlabels: {{kuma.io/workload: {name}}}\nnetworking: {{address: 127.0.0.1, inbound: {inbounds}}}");
        await world.Store.CreateAsync(new Resource
        {
            Descriptor = DataplaneInsightKind.Resource,
            Mesh = "default",
            Name = $"{name}-1",
            Spec = new DataplaneInsightSpec
            {
                Subscriptions =
                [
                    new DiscoverySubscription
                    {
                        Id = name,
                        ConnectTime = world.Clock.GetUtcNow(),
                        Version = new ProxyVersion { KumaDp = new KumaDpVersion { Version = "3.0.0-dev" }, Envoy = new EnvoyVersion { Version = "1.40.0" } },
                    },
                ],
                Mtls = new DataplaneInsightTls { IssuedBackend = Identity, SupportedBackends = [Trust] },
            },
        });
    }

    private static JsonNode Recorded(string file, string path) => File.ReadLines(file).Select(line => JsonNode.Parse(line)!)
        .Last(exchange => (string?)exchange["request"]!["path"] == path)["response"]!["body"]!;
}
