using Mesh.Model.Resources;
using Mesh.Policies.Core;
using Mesh.Stores.Memory;
using Mesh.Testing.Kds;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Sync;

/// <summary>A Global that comes back empty, older or as another one does not wipe a zone.</summary>
public sealed class FirstSyncTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _store;
    private ZoneSync _zone;

    public FirstSyncTests()
    {
        _store = new MemoryStore(_clock);
        _zone = NewZone();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FirstSync_EmptyGlobal_IsHeldBackWhole(bool asKuma)
    {
        await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone, asKuma);
        Assert.Equal(20, await PoliciesAsync());

        var errors = await new FakeGlobal().SyncOnceAsync(_zone, asKuma);

        Assert.Equal(20, await PoliciesAsync());
        Assert.NotNull(await _store.GetAsync(new ResourceKey("Mesh", "", "default")));
        Assert.Contains(errors, error => error.Contains("22 of the 22 resources", StringComparison.Ordinal) && error.Contains("mesh zone accept", StringComparison.Ordinal));
        var hold = _zone.Hold!;
        Assert.Equal((22, 22, 20), (hold.Stored, hold.Lost, hold.Kinds["MeshTimeout"]));
        Assert.Equal(_clock.GetUtcNow(), hold.Since);
    }

    [Fact]
    public async Task FirstSync_OtherClusterWithOtherPolicies_WritesNothingOfIt()
    {
        await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone);
        var other = FakeGlobal.WithPolicies(0, "second");
        other.Put(SampleResources.Of("MeshRetry"));

        await other.SyncOnceAsync(_zone);

        Assert.Equal("first", _zone.Hold!.FormerCluster);
        Assert.Empty(await _store.AllAsync("MeshRetry"));
        Assert.Contains("first", (await _store.AllAsync("Config")).Select(c => c.SpecAs<Mesh.Model.Kinds.ConfigSpec>().Config));
    }

    [Theory]
    [InlineData(30, 20)]
    [InlineData(12, 2)]
    public async Task FirstSync_FewAreGone_IsFollowed(int before, int after)
    {
        await FakeGlobal.WithPolicies(before).SyncOnceAsync(_zone);

        Assert.Empty(await FakeGlobal.WithPolicies(after).SyncOnceAsync(_zone));

        Assert.Equal(after, await PoliciesAsync());
        Assert.Null(_zone.Hold);
    }

    [Fact]
    public async Task FirstSync_MeshIsGone_CountsWhatIsInIt()
    {
        await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone);
        var other = FakeGlobal.WithPolicies(20);
        other.Remove(new ResourceKey("Mesh", "", "default"));

        await other.SyncOnceAsync(_zone);

        Assert.Equal(21, _zone.Hold!.Lost);
        Assert.Equal(20, await PoliciesAsync());
    }

    [Fact]
    public async Task FirstSync_MeshWithFewOfGlobalAndMuchOfTheZone_IsHeldBack()
    {
        await FakeGlobal.WithPolicies(3).SyncOnceAsync(_zone);
        for (var i = 0; i < 12; i++)
        {
            await _store.CreateAsync(SampleResources.Of("Dataplane") with { Name = $"backend-{i}" });
        }

        await new FakeGlobal().SyncOnceAsync(_zone);

        Assert.Equal((5, 12), (_zone.Hold!.Lost, _zone.Hold.Own));
        Assert.Equal(12, (await _store.AllAsync("Dataplane")).Count);
    }

    [Theory]
    [InlineData(2, 20)]
    [InlineData(18, 18)]
    public async Task FirstSync_KindThatComesWhenPatienceHasEnded_IsJudgedToo(int sent, int left)
    {
        await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone);
        var global = FakeGlobal.WithPolicies(sent);
        await using var link = _zone.Connect();
        await using var early = await SyncStream.OpenAsync(
            global.Feed, "zone-1", [.. _zone.ReceivedTypes.Where(type => type != "MeshTimeout")], link, link.ApplyAsync);
        var others = early.FirstSets;
        while (!others.IsCompleted)
        {
            // Patience begins with the first delivery.
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        await others;

        await using var late = await SyncStream.OpenAsync(global.Feed, "zone-1", ["MeshTimeout"], link, link.ApplyAsync);
        await late.FirstSets;

        Assert.Equal(left, await PoliciesAsync());
        Assert.Equal(sent < 10, _zone.Hold is not null);
    }

    [Fact]
    public async Task Hold_Restart_IsRemembered()
    {
        await HoldAsync();
        await _zone.DisposeAsync();
        _zone = NewZone();
        await _zone.StartAsync();
        Assert.Equal(22, _zone.Hold!.Lost);
    }

    [Fact]
    public async Task Hold_GlobalIsWhole_EndsByItself()
    {
        await HoldAsync();
        Assert.Empty(await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone));
        Assert.Null(_zone.Hold);
        await _zone.StartAsync();
        Assert.Null(_zone.Hold);
    }

    [Fact]
    public async Task Accept_Hold_AsksForAReconnectAndFollowsTheNextSync()
    {
        await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone);
        var empty = new FakeGlobal();
        var (stream, link) = await empty.ConnectAsync(_zone);
        await stream.FirstSets;
        Assert.False(link.ReconnectRequested.IsCancellationRequested);

        Assert.True(await _zone.AcceptAsync());

        Assert.True(link.ReconnectRequested.IsCancellationRequested);
        await stream.DisposeAsync();
        await link.DisposeAsync();
        Assert.Empty(await empty.SyncOnceAsync(_zone));
        Assert.Equal(0, await PoliciesAsync());
        Assert.Null(_zone.Hold);
        Assert.False(await _zone.AcceptAsync());
    }

    [Fact]
    public async Task Accept_Restart_IsRemembered()
    {
        await HoldAsync();
        await _zone.AcceptAsync();
        await _zone.DisposeAsync();
        _zone = NewZone();
        await _zone.StartAsync();

        Assert.Empty(await new FakeGlobal().SyncOnceAsync(_zone));

        Assert.Equal(0, await PoliciesAsync());
    }

    [Fact]
    public async Task LaterDeltas_ManyAreGone_AreFollowed()
    {
        var global = FakeGlobal.WithPolicies(20);
        var (stream, link) = await global.ConnectAsync(_zone);
        await stream.FirstSets;
        foreach (var policy in await _store.AllAsync("MeshTimeout"))
        {
            global.Remove(policy.Key);
        }

        await _store.WaitAsync(async () => await PoliciesAsync() == 0, "all policies to go");
        await stream.DisposeAsync();
        await link.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await _zone.DisposeAsync();

    private async Task HoldAsync()
    {
        await FakeGlobal.WithPolicies(20).SyncOnceAsync(_zone);
        await new FakeGlobal().SyncOnceAsync(_zone);
        Assert.NotNull(_zone.Hold);
    }

    private async Task<int> PoliciesAsync() => (await _store.AllAsync("MeshTimeout")).Count;

    private ZoneSync NewZone() => new(_store, MeshCatalog.Create(), new ZoneSyncOptions { Zone = "zone-1" }, _clock, NullLogger.Instance);
}
