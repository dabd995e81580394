using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Kds.Zone;
using Mesh.Stores.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Kds;

/// <summary>When a zone lets proxies in.</summary>
public sealed class FirstSyncTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly FirstSync.Steps _steps = new(Task.CompletedTask, _ => Task.CompletedTask);

    [Fact]
    public async Task Store_FailsAtFirst_IsAskedAgain()
    {
        await using var memory = new MemoryStore(_clock);
        await memory.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() }, TestContext.Current.CancellationToken);
        var faults = 3;
        var store = new FaultyStore(memory) { ListFault = () => faults-- > 0 ? new StoreUnavailableException("the disk is full") : null };
        var first = new FirstSync(["Mesh"]);

        var running = first.RunAsync(store, _steps, _clock, _log, TestContext.Current.CancellationToken);
        await TestControlPlane.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(first.IsDone);
        });

        await running;
        Assert.False(await first.WasEmpty);
        Assert.Single(_log.Of("FirstSyncFault"));
    }

    [Fact]
    public async Task Store_Empty_WaitsForWhatTheZoneOnceSent()
    {
        await using var store = new MemoryStore(_clock);
        var restored = new TaskCompletionSource();
        var first = new FirstSync(["Mesh"]);
        var running = first.RunAsync(store, _steps with { Restored = restored.Task }, _clock, _log, TestContext.Current.CancellationToken);
        Assert.True(await first.WasEmpty);
        first.Applied("Mesh", moreFollows: false);
        Assert.False(first.IsDone);

        restored.SetResult();

        await running;
        Assert.True(first.IsDone);
    }
}
