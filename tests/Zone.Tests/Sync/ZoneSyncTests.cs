using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies.Core;
using Mesh.Stores.Memory;
using Mesh.Sync.Rules;
using Mesh.Testing.Kds;
using Mesh.Testing.Resources;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Sync;

public sealed class ZoneSyncTests : IAsyncDisposable
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();
    private static readonly ResourceKey _mesh = new("Mesh", "", "default");
    private readonly HookedStore _store;
    private readonly ZoneSync _zone;

    public ZoneSyncTests()
    {
        var clock = new FakeTimeProvider();
        _store = new HookedStore(new MemoryStore(clock));
        _zone = new ZoneSync(_store, _catalog, new ZoneSyncOptions { Zone = "zone-1" }, clock, NullLogger.Instance);
    }

    [Fact]
    public async Task Join_ZoneWithItsOwnMesh_KeepsWhatItWroteAndHandsTheMeshOver()
    {
        await _store.CreateAsync(SampleResources.Of("Mesh") with { Spec = new MeshSpec() });
        var own = await _store.CreateAsync(SampleResources.Of("MeshTimeout"));
        var identity = await _store.CreateAsync(SampleResources.Of("MeshIdentity"));
        var dataplane = await _store.CreateAsync(SampleResources.Of("Dataplane"));
        var global = new FakeGlobal();
        global.Put(SampleResources.Of("Mesh"));
        var policy = global.Put(SampleResources.Of("MeshTimeout"));

        Assert.Empty(await global.SyncOnceAsync(_zone, asKuma: true));

        var mesh = await _store.GetAsync(_mesh);
        Assert.Equal("global", mesh!.Label(ResourceLabels.Origin));
        Assert.Equal(["*"], mesh.SpecAs<MeshSpec>().SkipCreatingInitialPolicies);
        Assert.Equal([own, identity, dataplane], [await _store.GetAsync(own.Key), await _store.GetAsync(identity.Key), await _store.GetAsync(dataplane.Key)]);
        Assert.NotNull(await _store.GetAsync(policy));
    }

    [Fact]
    public async Task Restore_WhatGlobalKept_IsTheZonesAgainUnderItsOwnNames()
    {
        await _store.CreateAsync(SampleResources.Of("Mesh"));
        await _zone.StartAsync();
        var here = await _store.CreateAsync(SampleResources.Of("MeshZoneAddress"));
        var rules = new ZoneToGlobalRules("zone-1");
        Resource[] copies =
        [
            .. new[] { SampleResources.Of("DataplaneInsight"), SampleResources.Of("Dataplane"), SampleResources.Of("MeshTrust"), here with { Spec = new MeshZoneAddressSpec { Port = 1 } } }
                .Select(resource => rules.Map(resource)!.Value.Resource),
            new ZoneToGlobalRules("zone-2").Map(SampleResources.Of("Workload"))!.Value.Resource,
            rules.Map(SampleResources.Of("MeshService"))!.Value.Resource with { Name = "another-name" },
        ];

        Assert.Equal(new RestoreResult(3, 0, false), await _zone.RestoreAsync(copies));

        var dataplane = (await _store.GetAsync(SampleResources.Of("Dataplane").Key))!;
        Assert.Equal("zone-1", dataplane.Label(ResourceLabels.Zone));
        Assert.Equal(rules.Map(SampleResources.Of("Dataplane"))!.Value.Resource.Spec, dataplane.Spec);
        var insight = (await _store.GetAsync(SampleResources.Of("DataplaneInsight").Key))!;
        Assert.Equal(dataplane.Key with { Name = insight.Name }, insight.Owner);
        Assert.NotNull(await _store.GetAsync(SampleResources.Of("MeshTrust").Key));
        Assert.Equal(here, await _store.GetAsync(here.Key));
        Assert.Empty((await _store.ListAsync(new ResourceQuery { Kind = "Workload" })).Items);
        Assert.Empty((await _store.ListAsync(new ResourceQuery { Kind = "MeshService" })).Items);
        Assert.Equal(_store.Revision, _zone.Revision);
    }

    [Fact]
    public async Task Restore_MeshIsMissing_SaysSoAndTakesTheRestBackLater()
    {
        await _zone.StartAsync();
        var rules = new ZoneToGlobalRules("zone-1");
        Resource[] copies = [.. new[] { SampleResources.Of("Dataplane"), SampleResources.Of("DataplaneInsight") }.Select(resource => rules.Map(resource)!.Value.Resource)];

        Assert.Equal(new RestoreResult(0, 2, false), await _zone.RestoreAsync(copies));

        await _store.CreateAsync(SampleResources.Of("Mesh"));
        Assert.Equal(new RestoreResult(2, 0, false), await _zone.RestoreAsync(copies));
    }

    [Fact]
    public async Task Restore_StoreTakesNoWrites_SaysSoAndTakesTheRestBackLater()
    {
        await _store.CreateAsync(SampleResources.Of("Mesh"));
        await _zone.StartAsync();
        var rules = new ZoneToGlobalRules("zone-1");
        Resource[] copies = [.. new[] { SampleResources.Of("Dataplane"), SampleResources.Of("MeshTrust") }.Select(resource => rules.Map(resource)!.Value.Resource)];
        _store.WriteFault = key => key.Kind == "MeshTrust" ? new StoreUnavailableException("full") : null;

        Assert.Equal(new RestoreResult(1, 0, true), await _zone.RestoreAsync(copies));

        _store.WriteFault = null;
        Assert.Equal(new RestoreResult(1, 0, false), await _zone.RestoreAsync(copies));
    }

    [Fact]
    public async Task Apply_SecretThatTheZoneHas_IsTakenOverWhenEqualAndRefusedElse()
    {
        await _store.CreateAsync(SampleResources.Of("Mesh"));
        var equal = await _store.CreateAsync(SampleResources.Of("Secret"));
        var other = await _store.CreateAsync(SampleResources.Of("Secret") with { Name = "other" });
        var global = new FakeGlobal();
        global.Put(SampleResources.Of("Mesh"));
        global.Put(SampleResources.Of("Secret"));
        global.Put(SampleResources.Of("Secret") with { Name = "other", Spec = new SecretSpec { Data = [1, 2, 3] } });

        var errors = await global.SyncOnceAsync(_zone);

        Assert.Equal("Secret other.default: the zone has one of its own of this name with another value", Assert.Single(errors));
        Assert.Equal(other, await _store.GetAsync(other.Key));
        Assert.Equal("global", (await _store.GetAsync(equal.Key))!.Label(ResourceLabels.Origin));
    }

    [Fact]
    public async Task Apply_BadResource_IsNamedAndTheOthersAreTaken()
    {
        var global = FakeGlobal.WithPolicies(3);
        global.Put("MeshTimeout", "broken.default", [1, 2, 3]);

        var errors = await global.SyncOnceAsync(_zone, asKuma: true);

        Assert.Equal("MeshTimeout broken.default: is no encoded KumaResource", Assert.Single(errors));
        Assert.Equal(3, (await _store.AllAsync("MeshTimeout")).Count);
    }

    [Fact]
    public async Task Apply_ResourceBecomesUnreadable_IsNotDeleted()
    {
        var global = FakeGlobal.WithPolicies(3);
        await global.SyncOnceAsync(_zone, asKuma: true);
        var kept = (await _store.AllAsync("MeshTimeout"))[0];
        global.Put("MeshTimeout", $"{kept.Name}.default", [1, 2, 3]);

        await global.SyncOnceAsync(_zone, asKuma: true);

        Assert.Equal(kept, await _store.GetAsync(kept.Key));
    }

    [Fact]
    public async Task Apply_ResourcesBeforeTheirMesh_WaitForIt()
    {
        var global = new FakeGlobal();
        var policy = global.Put(SampleResources.Of("MeshTimeout"));
        var (stream, link) = await global.ConnectAsync(_zone);
        await stream.FirstSets;
        Assert.Equal(1, link.WaitingCount);

        global.Put(SampleResources.Of("Mesh"));

        await _store.UntilAsync(policy);
        await stream.DisposeAsync();
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Apply_MeshIsDeleted_TakesEverythingInItAlong()
    {
        var global = FakeGlobal.WithPolicies(3);
        var (stream, link) = await global.ConnectAsync(_zone);
        await stream.FirstSets;
        await _store.CreateAsync(SampleResources.Of("Dataplane"));

        global.Remove(_mesh);

        await _store.GoneAsync(_mesh);
        Assert.Empty(await _store.AllAsync("Dataplane"));
        await stream.DisposeAsync();
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Apply_ChangedResource_KeepsTheZonesStatus()
    {
        var global = new FakeGlobal();
        global.Put(SampleResources.Of("Mesh"));
        var sample = SampleResources.Of("MeshExternalService");
        var key = global.Put(sample);
        var (stream, link) = await global.ConnectAsync(_zone);
        await stream.FirstSets;
        var stored = await _store.GetAsync(key);
        await _store.UpdateAsync(stored! with { Status = sample.Status });

        global.Put(sample with { Labels = new Dictionary<string, string> { ["team"] = "blue" } });

        var changed = await _store.UntilAsync(key, resource => resource.Label("team") == "blue");
        Assert.Equal("242.0.0.1", changed.StatusAs<MeshExternalServiceStatus>()!.Vip.Ip);
        await stream.DisposeAsync();
        await link.DisposeAsync();
    }

    [Theory]
    [InlineData("GlobalSecret", "envoy-admin-ca")]
    [InlineData("GlobalSecret", "user-token-signing-key-1")]
    [InlineData("Config", "zone-sync-hold")]
    public async Task Apply_WhatBelongsToOneControlPlane_IsRefused(string kind, string name)
    {
        var sample = SampleResources.Of(kind) with { Name = name };
        var global = new FakeGlobal();
        global.Put(kind, $"{name}.", Mesh.Sync.Wire.KumaResourceCodec.Encode(sample, out _)!);

        Assert.Equal($"{kind} {name}.: belongs to one control plane", Assert.Single(await global.SyncOnceAsync(_zone)));
        Assert.Empty(await _store.AllAsync(kind));
    }

    [Fact]
    public async Task Release_AfterLeaving_MakesEverythingTheZonesOwn()
    {
        var global = FakeGlobal.WithPolicies(3);
        await global.SyncOnceAsync(_zone);
        var remote = await _store.CreateAsync(SampleResources.Of("MeshService") with
        {
            Labels = new Dictionary<string, string> { [ResourceLabels.Origin] = "global", [ResourceLabels.Zone] = "zone-2" },
        });

        Assert.Equal(5, await ReleaseAsync());

        Assert.All(await _store.AllAsync("MeshTimeout"), policy =>
            Assert.Equal(("zone", "zone-1"), (policy.Label(ResourceLabels.Origin), policy.Label(ResourceLabels.Zone))));
        Assert.Equal("zone", (await _store.GetAsync(_mesh))!.Label(ResourceLabels.Origin));
        Assert.Equal(remote, await _store.GetAsync(remote.Key));
        Assert.Equal(0, await ReleaseAsync());
    }

    [Fact]
    public async Task Rejoin_AfterRelease_GlobalTakesItsResourcesBack()
    {
        var global = FakeGlobal.WithPolicies(3);
        await global.SyncOnceAsync(_zone);
        await ReleaseAsync();

        Assert.Empty(await global.SyncOnceAsync(_zone));

        var policies = await _store.AllAsync("MeshTimeout");
        Assert.Equal(3, policies.Count);
        Assert.All(policies, policy => Assert.Equal(("global", ""), (policy.Label(ResourceLabels.Origin), policy.Label(ResourceLabels.Zone))));
    }

    public async ValueTask DisposeAsync() => await _zone.DisposeAsync();

    private Task<int> ReleaseAsync() => ZoneSync.ReleaseAsync(_store, _catalog, "zone-1", NullLogger.Instance);
}
