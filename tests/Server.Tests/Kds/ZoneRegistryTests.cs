using Mesh.Global.Zones;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Kds;

public sealed class ZoneRegistryTests : IAsyncLifetime
{
    private static readonly ZoneHello _west = new("west", "store-1", "1.0", true);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _store;
    private ZoneRegistry _zones = null!;

    public ZoneRegistryTests() => _store = new MemoryStore(_clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _zones = await StartAsync(new ZoneRegistryOptions { InstanceId = "global-1" });

    public async ValueTask DisposeAsync()
    {
        await _zones.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Admit_StreamsOfOneConnection_AreOneSubscription()
    {
        var first = await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone);
        var second = await AdmitAsync(_west, "c1", ZoneStreamKind.ZoneToGlobal);

        Assert.Same(first.Connection, second.Connection);
        first.Dispose();
        Assert.NotNull(_zones.Find("west"));
        second.Dispose();
        Assert.Null(_zones.Find("west"));
    }

    [Fact]
    public async Task Admit_AnotherStoreWhileConnected_IsRefused()
    {
        using var stream = await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone);

        await Assert.ThrowsAsync<ZoneRefusedException>(() => AdmitAsync(_west with { StoreId = "store-2" }, "c2", ZoneStreamKind.GlobalToZone));
        await Assert.ThrowsAsync<ZoneRefusedException>(() => AdmitAsync(_west with { StoreId = "" }, "c2", ZoneStreamKind.GlobalToZone));
        using var other = await AdmitAsync(_west, "c3", ZoneStreamKind.GlobalToZone);
        Assert.NotSame(stream.Connection, other.Connection);
    }

    [Fact]
    public async Task Admit_AnotherStoreAfterTheFirstStayedAway_TakesTheName()
    {
        (await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone)).Dispose();
        var other = _west with { StoreId = "store-2" };
        await Assert.ThrowsAsync<ZoneRefusedException>(() => AdmitAsync(other, "c2", ZoneStreamKind.GlobalToZone));

        _clock.Advance(TimeSpan.FromMinutes(1));

        using var stream = await AdmitAsync(other, "c3", ZoneStreamKind.GlobalToZone);
        await Assert.ThrowsAsync<ZoneRefusedException>(() => AdmitAsync(_west, "c4", ZoneStreamKind.GlobalToZone));
    }

    [Fact]
    public async Task Restart_KnowsWhoHoldsTheName_AndWritesLostConnectionsAsEnded()
    {
        var options = new ZoneRegistryOptions { InstanceId = "global-1" };
        _ = await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone);
        await UntilAsync(insight => insight?.Subscriptions is [{ ZoneStoreId: "store-1", DisconnectTime: null }]);

        await using var after = await StartAsync(options);

        await UntilAsync(insight => insight?.Subscriptions is [{ DisconnectTime: not null }]);
        await Assert.ThrowsAsync<ZoneRefusedException>(
            () => after.AdmitAsync(_west with { StoreId = "store-2" }, "c2", ZoneStreamKind.GlobalToZone, Cancellation).AsTask());
        using var back = await after.AdmitAsync(_west, "c3", ZoneStreamKind.GlobalToZone, Cancellation);
        Assert.NotNull(back.Connection);
    }

    [Theory]
    [InlineData("West")]
    [InlineData("a.b")]
    [InlineData("-a")]
    public async Task Admit_ANameThatIsNone_CreatesNothing(string name)
    {
        await Assert.ThrowsAsync<ZoneRefusedException>(() => AdmitAsync(_west with { Zone = name }, "c1", ZoneStreamKind.GlobalToZone));

        Assert.Null(await _store.GetAsync(new ResourceKey(ZoneKind.Name, "", name), Cancellation));
    }

    [Fact]
    public async Task Counters_AreWrittenOncePerInterval_AndNotWithoutAChange()
    {
        using var stream = await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone);
        await UntilAsync(insight => insight?.Subscriptions?.Count == 1);
        var version = await VersionAsync();

        stream.Connection.Count("MeshTimeout", sent: 1);
        stream.Connection.Count("MeshTimeout", accepted: 1);
        Assert.Equal(version, await VersionAsync());

        _clock.Advance(TimeSpan.FromSeconds(10));
        await UntilAsync(insight => insight?.Subscriptions?[0].Status?.Stat is { } stat
            && stat.TryGetValue("MeshTimeout", out var counted) && counted is { ResponsesSent: 1, ResponsesAcknowledged: 1 });
        var written = await VersionAsync();
        Assert.Equal(version + 1, written);

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(written, await VersionAsync());
    }

    [Fact]
    public async Task Faults_AreShownAtOnceAndGoWhenMended()
    {
        using var stream = await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone);
        var fault = new KdsFault { Direction = "GlobalToZone", Type = "MeshTimeout", Name = "slow.default", Reason = "spec: is broken" };

        stream.Connection.ReportFaults("GlobalToZone", "MeshTimeout", [fault]);
        await UntilAsync(insight => insight?.Subscriptions?[0].Status?.Faults is [{ Name: "slow.default" }]);

        stream.Connection.ReportFaults("GlobalToZone", "MeshTimeout", []);
        await UntilAsync(insight => insight?.Subscriptions?[0].Status is { Faults: null });
    }

    [Fact]
    public async Task Config_OfTheLastConnection_StaysWhenItEnds()
    {
        foreach (var config in (string[])["first", "second", "third"])
        {
            var stream = await AdmitAsync(_west, config, ZoneStreamKind.GlobalToZone);
            stream.Connection.Describe(new ZoneDescription("west-1", null, config));
            stream.Dispose();
        }

        // One that ended before it told them takes nothing away.
        (await AdmitAsync(_west, "mute", ZoneStreamKind.GlobalToZone)).Dispose();

        await UntilAsync(insight => insight?.Subscriptions is [{ Config: null }, { Config: null }, { Config: "third" }, { Config: null, DisconnectTime: not null }]);
    }

    [Fact]
    public async Task Subscriptions_AreLimited()
    {
        for (var i = 0; i < 15; i++)
        {
            (await AdmitAsync(_west, $"c{i}", ZoneStreamKind.GlobalToZone)).Dispose();
        }

        await UntilAsync(insight => insight?.Subscriptions?.Count == 10);
    }

    [Fact]
    public async Task Zone_DeletedWhileConnected_LosesItsConnection()
    {
        using var stream = await AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone);

        await _store.DeleteAsync(new ResourceKey(ZoneKind.Name, "", "west"), null, Cancellation);

        Assert.Equal("the Zone was deleted", await stream.Connection.Ended.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task Zone_DeletedWhileTheWatchWasBroken_LosesItsConnectionToo()
    {
        var store = new FaultyStore(_store);
        await using var zones = new ZoneRegistry(store, _clock, new ZoneRegistryOptions(), NullLogger<ZoneRegistry>.Instance);
        await zones.StartAsync(Cancellation);
        using var deleted = await zones.AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone, Cancellation);
        using var other = await zones.AdmitAsync(_west with { Zone = "east" }, "c2", ZoneStreamKind.GlobalToZone, Cancellation);
        await _store.DeleteAsync(new ResourceKey(ZoneKind.Name, "", "west"), null, Cancellation);

        store.WatchFault.SetResult(new RevisionCompactedException(1, 2));

        Assert.Equal("the Zone was deleted", await deleted.Connection.Ended.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Null(other.Connection.EndReason);

        // And it watches on.
        await _store.DeleteAsync(new ResourceKey(ZoneKind.Name, "", "east"), null, Cancellation);
        Assert.Equal("the Zone was deleted", await other.Connection.Ended.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task Zone_WithoutReportsOfHealth_LosesItsConnection()
    {
        await using var zones = await StartAsync(new ZoneRegistryOptions { HealthTimeout = TimeSpan.FromSeconds(30) });
        using var stream = await zones.AdmitAsync(_west, "c1", ZoneStreamKind.GlobalToZone, Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(20));
        stream.Connection.Touch();
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(stream.Connection.EndReason);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.StartsWith("no report of health", await stream.Connection.Ended.WaitAsync(TimeSpan.FromMinutes(1), Cancellation), StringComparison.Ordinal);
    }

    private async Task<ZoneRegistry> StartAsync(ZoneRegistryOptions options)
    {
        var zones = new ZoneRegistry(_store, _clock, options, NullLogger<ZoneRegistry>.Instance);
        await zones.StartAsync(Cancellation);
        return zones;
    }

    private Task<ZoneStream> AdmitAsync(ZoneHello hello, string connection, ZoneStreamKind kind) => _zones.AdmitAsync(hello, connection, kind, Cancellation).AsTask();

    private async Task<long> VersionAsync() => (await _store.GetAsync(new ResourceKey(ZoneInsightKind.Name, "", "west"), Cancellation))?.Version ?? 0;

    private Task UntilAsync(Func<ZoneInsightSpec?, bool> condition) => TestControlPlane.UntilAsync(async () =>
        condition((await _store.GetAsync(new ResourceKey(ZoneInsightKind.Name, "", "west"), Cancellation))?.Spec as ZoneInsightSpec));
}
