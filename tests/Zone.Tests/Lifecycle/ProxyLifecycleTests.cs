using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Memory;
using Mesh.Testing.Resources;
using Mesh.Zone.Ingest;
using Mesh.Zone.Insights;
using Mesh.Zone.Lifecycle;
using Mesh.Zone.Tests.Control;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Lifecycle;

public class ProxyLifecycleTests
{
    [Fact]
    public async Task Connect_FirstStream_ShowsProxyOnlineWithItsVersions()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var metadata = Struct.Parser.ParseJson("""{"version": {"kumaDp": {"version": "3.0.0"}, "envoy": {"version": "1.40.0", "kumaDpCompatible": true}}, "features": ["x"]}""");
        lifecycle.Connect(new ProxyArrival(new ProxyKey("default", "a-1"), metadata, true));
        var insight = await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        var subscription = Assert.Single(insight.Subscriptions!);
        Assert.Equal(("3.0.0", "1.40.0"), (subscription.Version!.KumaDp!.Version, subscription.Version.Envoy!.Version));
        Assert.Equal("x", insight.Metadata!.Value.GetProperty("features")[0].GetString());
        await world.FindAsync(MeshServiceKind.Name, "a", service => service.StatusAs<MeshServiceStatus>()?.DataplaneProxies.Connected == 1);
    }

    [Fact]
    public async Task Connect_MetadataWithAValueOfNoKind_IsOnlineWithoutMetadata()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var metadata = new Struct { Fields = { ["x"] = new Value() } };
        var session = lifecycle.Connect(new ProxyArrival(new ProxyKey("default", "a-1"), metadata, true));
        Assert.Null((await InsightAsync(world, "a-1", ProxyStates.IsConnected)).Metadata);

        session.MetadataChanged(Struct.Parser.ParseJson("""{"features": ["x"]}"""));
        Assert.NotNull(session.Metadata);
        session.MetadataChanged(metadata);
        Assert.Null(session.Metadata);
    }

    [Fact]
    public async Task Answers_Counted_AreWrittenOnceInAnInterval()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var session = Connect(lifecycle, "a-1");
        await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        await world.SettleAsync();
        var revision = await VersionAsync(world, "a-1");
        for (var i = 0; i < 100; i++)
        {
            session.Accepted(ResponseKind.Cluster);
            session.Rejected(ResponseKind.Listener);
        }

        world.Clock.Advance(TimeSpan.FromSeconds(10));
        var insight = await InsightAsync(world, "a-1", found => found.Subscriptions![0].Status!.Total!.ResponsesSent == 200);
        Assert.Equal(100UL, insight.Subscriptions![0].Status!.Cds!.ResponsesAcknowledged);
        Assert.Equal(100UL, insight.Subscriptions[0].Status!.Lds!.ResponsesRejected);
        Assert.Equal(revision + 1, await VersionAsync(world, "a-1"));
    }

    [Fact]
    public async Task Answers_LongAfterTheLastWrite_AreWrittenADelayLater()
    {
        var delay = TimeSpan.FromSeconds(5);
        await using var world = await ZoneWorld.StartAsync(new Zone.Control.ZoneControlOptions { MeshInsightInterval = TimeSpan.Zero, InsightDelay = delay });
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var session = Connect(lifecycle, "a-1");
        await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        for (var answers = 1UL; answers <= 3; answers++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            var answered = world.Clock.GetUtcNow();
            session.Accepted(ResponseKind.Endpoint);
            await InsightAsync(world, "a-1", found => found.Subscriptions![0].Status!.Total!.ResponsesSent == answers);
            Assert.True(world.Clock.GetUtcNow() - answered >= delay, $"answer {answers} was written at once");
        }
    }

    [Fact]
    public async Task Answers_OfTwoStreams_AreBothWritten()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var first = Connect(lifecycle, "a-1");
        var second = Connect(lifecycle, "a-1");
        await InsightAsync(world, "a-1", insight => insight.Subscriptions!.Count == 2);
        first.Accepted(ResponseKind.Endpoint);
        second.Accepted(ResponseKind.Endpoint);
        await InsightAsync(world, "a-1", insight => insight.Subscriptions!.All(subscription => subscription.Status!.Total!.ResponsesSent == 1));

        // The first one's end does not silence the second.
        first.Ended(StreamEnding.Lost);
        second.Accepted(ResponseKind.Endpoint);
        await InsightAsync(world, "a-1", insight => insight.Subscriptions!.Any(subscription => subscription.Status!.Total!.ResponsesSent == 2));
    }

    [Fact]
    public async Task Connect_Many_AreWrittenOnceWithWhatTheyAccepted()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        await world.SettleAsync();
        for (var i = 0; i < ArrivalPause.AtOnce; i++)
        {
            // Without their Dataplanes nothing is written of these.
            Connect(lifecycle, $"b-{i}");
        }

        var session = Connect(lifecycle, "a-1");
        session.Accepted(ResponseKind.Cluster);
        session.Accepted(ResponseKind.Listener);
        var insight = await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        Assert.Equal(2UL, insight.Subscriptions![0].Status!.Total!.ResponsesSent);
        Assert.Equal(1, await VersionAsync(world, "a-1"));
    }

    [Fact]
    public async Task Leaving_ByProxy_RemovesDataplaneAfterTheDelay()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var session = Connect(lifecycle, "a-1");
        await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        var left = world.Clock.GetUtcNow();
        session.Ended(StreamEnding.ByProxy);
        await InsightAsync(world, "a-1", insight => !ProxyStates.IsConnected(insight));
        Assert.True(world.Clock.GetUtcNow() - left < TimeSpan.FromSeconds(10));
        await world.GoneAsync(DataplaneKind.Name, "a-1");
        Assert.True(world.Clock.GetUtcNow() - left >= TimeSpan.FromSeconds(10));
        await world.GoneAsync(DataplaneInsightKind.Name, "a-1");
    }

    [Fact]
    public async Task Leaving_BackWithinTheDelay_KeepsDataplane()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        Connect(lifecycle, "a-1").Ended(StreamEnding.ByProxy);
        world.Clock.Advance(TimeSpan.FromSeconds(9));
        Connect(lifecycle, "a-1");
        world.Clock.Advance(TimeSpan.FromSeconds(60));
        await world.SettleAsync();
        var insight = await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        Assert.Equal(1, insight.Subscriptions!.Count(subscription => subscription.DisconnectTime is null));
    }

    [Theory]
    [InlineData(StreamEnding.Lost, true)]
    [InlineData(StreamEnding.ByProxy, false)]
    public async Task Leaving_LostOrNotItsOwn_StaysOfflineUntilTheCleanupAge(StreamEnding ending, bool broughtDataplane)
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        lifecycle.Connect(new ProxyArrival(new ProxyKey("default", "a-1"), null, broughtDataplane)).Ended(ending);
        await InsightAsync(world, "a-1", insight => !ProxyStates.IsConnected(insight));
        world.Clock.Advance(TimeSpan.FromHours(71));
        await world.SettleAsync();
        Assert.NotNull(await DataplaneAsync(world, "a-1"));

        // The age counts from when the departure was worked on, which may be after the clock had moved.
        world.Clock.Advance(TimeSpan.FromHours(73));
        await world.GoneAsync(DataplaneKind.Name, "a-1");
    }

    [Fact]
    public async Task Leaving_ManyAtOnce_StayOffline()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        var sessions = new List<ProxySession>();
        for (var i = 0; i < 5; i++)
        {
            await RegisterAsync(world, $"a-{i}");
            sessions.Add(Connect(lifecycle, $"a-{i}"));
        }

        await world.SettleAsync();
        sessions[0].Ended(StreamEnding.ByProxy);
        sessions[1].Ended(StreamEnding.ByProxy);
        await InsightAsync(world, "a-0", insight => !ProxyStates.IsConnected(insight));
        world.Clock.Advance(TimeSpan.FromSeconds(15));
        await world.SettleAsync();
        Assert.NotNull(await DataplaneAsync(world, "a-0"));
        Assert.NotNull(await DataplaneAsync(world, "a-1"));
        world.Clock.Advance(TimeSpan.FromMinutes(3));
        sessions[2].Ended(StreamEnding.ByProxy);
        await world.GoneAsync(DataplaneKind.Name, "a-2");
    }

    [Fact]
    public async Task Leaving_StoreTakesNoWritesAtTheRemoval_IsRemovedWhenItDoes()
    {
        var store = NewStore(out var clock);
        await using var world = await ZoneWorld.StartAsync(store: store, clock: clock);
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var refused = 0;
        store.WriteFault = key => key.Kind == DataplaneKind.Name && Interlocked.Increment(ref refused) > 0 ? new StoreUnavailableException("full") : null;
        Connect(lifecycle, "a-1").Ended(StreamEnding.ByProxy);
        await world.UntilAsync(() => Task.FromResult(Volatile.Read(ref refused) > 0 ? "refused" : null), "the removal to be refused");
        Assert.NotNull(await DataplaneAsync(world, "a-1"));
        store.WriteFault = null;
        var from = world.Clock.GetUtcNow();
        await world.GoneAsync(DataplaneKind.Name, "a-1");
        Assert.True(world.Clock.GetUtcNow() - from < TimeSpan.FromHours(1), "it was cleaned up by its age");
    }

    [Fact]
    public async Task Leaving_BackWhileTheRemovalIsWritten_HasItsDataplane()
    {
        var store = NewStore(out var clock);
        await using var world = await ZoneWorld.StartAsync(store: store, clock: clock);
        await using var lifecycle = await StartAsync(world);
        var dataplane = await RegisterAsync(world, "a-1");
        var (begun, written) = (new TaskCompletionSource(), new TaskCompletionSource());
        store.Deleting = key => key != dataplane.Key || !begun.TrySetResult() ? Task.CompletedTask : written.Task;
        Connect(lifecycle, "a-1").Ended(StreamEnding.ByProxy);
        await world.UntilAsync(() => Task.FromResult(begun.Task.IsCompleted ? "begun" : null), "the removal to begin");

        Assert.Equal(dataplane.Version, (await new DataplaneRegistration(store, world.Options).RegisterAsync(dataplane)).Version);
        Connect(lifecycle, "a-1");
        written.SetResult();

        var given = await world.FindAsync(DataplaneKind.Name, "a-1", found => found.Revision != dataplane.Revision);
        Assert.Equal(dataplane.Spec, given.Spec);
        await InsightAsync(world, "a-1", ProxyStates.IsConnected);
    }

    [Fact]
    public async Task TakeOver_SecondStreamOpen_FirstOnesEndCountsForNothing()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        await RegisterAsync(world, "a-1");
        var first = Connect(lifecycle, "a-1");
        Connect(lifecycle, "a-1");
        first.Ended(StreamEnding.ByProxy);
        first.Ended(StreamEnding.ByProxy);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SettleAsync();
        var insight = await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        Assert.Equal(2, insight.Subscriptions!.Count);
        Assert.Equal(1, lifecycle.Connected);
    }

    [Fact]
    public async Task Restart_ProxiesOfTheProcessBefore_ReturnOrCountAsOffline()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using (var before = await StartAsync(world))
        {
            foreach (var name in new[] { "a-1", "a-2" })
            {
                await RegisterAsync(world, name);
                Connect(before, name);
                await InsightAsync(world, name, ProxyStates.IsConnected);
            }
        }

        await using var lifecycle = await StartAsync(world);
        var session = Connect(lifecycle, "a-1");
        await InsightAsync(world, "a-1", insight => insight.Subscriptions!.Count == 2);
        Assert.True(ProxyStates.IsConnected(await InsightAsync(world, "a-2", _ => true)));
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        await InsightAsync(world, "a-2", insight => !ProxyStates.IsConnected(insight));
        session.Ended(StreamEnding.ByProxy);
        await InsightAsync(world, "a-1", insight => !ProxyStates.IsConnected(insight));
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        await world.SettleAsync();
        Assert.NotNull(await DataplaneAsync(world, "a-1"));
        Assert.NotNull(await DataplaneAsync(world, "a-2"));
    }

    [Fact]
    public async Task Restart_StoreTakesNoWritesWhenReturnsAreGivenUp_CountAsOfflineWhenItDoes()
    {
        var store = NewStore(out var clock);
        await using var world = await ZoneWorld.StartAsync(store: store, clock: clock);
        await using (var before = await StartAsync(world))
        {
            await RegisterAsync(world, "a-1");
            Connect(before, "a-1");
            await InsightAsync(world, "a-1", ProxyStates.IsConnected);
        }

        var refused = 0;
        store.WriteFault = key => key.Kind == DataplaneInsightKind.Name && Interlocked.Increment(ref refused) > 0 ? new StoreUnavailableException("full") : null;
        await using var lifecycle = await StartAsync(world);
        await world.UntilAsync(() => Task.FromResult(Volatile.Read(ref refused) > 0 ? "refused" : null), "the write to be refused");
        store.WriteFault = null;
        await InsightAsync(world, "a-1", insight => !ProxyStates.IsConnected(insight));
    }

    [Fact]
    public async Task Certificate_Issued_IsShownAtOnceAndMakesTheServiceReady()
    {
        await using var world = await ZoneWorld.StartAsync();
        await using var lifecycle = await StartAsync(world);
        var dataplane = await RegisterAsync(world, "a-1");
        await world.ApplyAsync(IdentityTests.SelectAll);
        var identity = await world.FindAsync(MeshIdentityKind.Name, "airline-identity", resource => resource.Status is not null);
        Connect(lifecycle, "a-1");
        Assert.NotNull(world.Controllers.WorkloadSecrets.Find(new ProxyKey("default", "a-1"), identity, dataplane));
        var insight = await InsightAsync(world, "a-1", ProxyStates.HasCertificate);
        Assert.Equal("kri_mid_default_default__airline-identity_", insight.Mtls!.IssuedBackend);
        Assert.Equal(["kri_mtrust_default___airline-identity_"], insight.Mtls.SupportedBackends);
        Assert.Equal(1U, insight.Mtls.CertificateRegenerations);
        await world.FindAsync(MeshServiceKind.Name, "a", service => service.StatusAs<MeshServiceStatus>()?.Tls.Status == "Ready");
        world.Controllers.WorkloadSecrets.Release(new ProxyKey("default", "a-1"));
        await InsightAsync(world, "a-1", found => !ProxyStates.HasCertificate(found));
    }

    [Fact]
    public async Task Register_SameAgain_WritesNothingAndKeepsWhatProbesFound()
    {
        await using var world = await ZoneWorld.StartAsync();
        var registration = new DataplaneRegistration(world.Store, world.Options);
        var wanted = new Resource
        {
            Descriptor = DataplaneKind.Resource,
            Mesh = "default",
            Name = "p",
            Spec = new DataplaneSpec { Networking = new DataplaneNetworking { Address = "127.0.0.1", Inbound = [new DataplaneInbound { Port = 80, ServiceProbe = new ServiceProbe { Tcp = new TcpProbe() } }] } },
        };
        var first = await registration.RegisterAsync(wanted);
        Assert.Equal(DataplaneInbound.NotReady, first.SpecAs<DataplaneSpec>().Networking!.Inbound![0].State);
        var probed = await world.Store.UpdateAsync(first with { Spec = ServiceProbes.Report(first.SpecAs<DataplaneSpec>(), _ => true) });
        Assert.True(ProxyStates.IsReady(probed.SpecAs<DataplaneSpec>().Networking!.Inbound![0]));
        Assert.Equal(probed.Version, (await registration.RegisterAsync(wanted)).Version);
    }

    private static HookedStore NewStore(out FakeTimeProvider clock)
    {
        clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero));
        return new HookedStore(new MemoryStore(clock));
    }

    private static async Task<ProxyLifecycle> StartAsync(ZoneWorld world)
    {
        var lifecycle = new ProxyLifecycle(world.Store, world.Controllers, world.Clock, world.Options, NullLogger<ProxyLifecycle>.Instance);
        await lifecycle.StartAsync();
        return lifecycle;
    }

    private static ProxySession Connect(ProxyLifecycle lifecycle, string name) =>
        lifecycle.Connect(new ProxyArrival(new ProxyKey("default", name), null, BroughtDataplane: true));

    private static Task<Resource> RegisterAsync(ZoneWorld world, string name) => world.ApplyAsync(
        $"type: Dataplane\nmesh: default\nname: {name}\nlabels: {{kuma.io/workload: a}}\nnetworking: {{address: 127.0.0.3, inbound: [{{port: 7001}}]}}");

    private static async Task<DataplaneInsightSpec> InsightAsync(ZoneWorld world, string name, Func<DataplaneInsightSpec, bool> condition) =>
        (await world.FindAsync(DataplaneInsightKind.Name, name, insight => condition(insight.SpecAs<DataplaneInsightSpec>()))).SpecAs<DataplaneInsightSpec>();

    private static ValueTask<Resource?> DataplaneAsync(ZoneWorld world, string name) => world.Store.GetAsync(new ResourceKey(DataplaneKind.Name, "default", name));

    private static async Task<long> VersionAsync(ZoneWorld world, string name) =>
        (await world.Store.GetAsync(new ResourceKey(DataplaneInsightKind.Name, "default", name)))!.Version;
}
