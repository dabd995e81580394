using CsCheck;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded;
using Mesh.Stores.Memory;
using Mesh.StoreWriter;

namespace Mesh.Stores.Tests.Embedded;

public sealed class StoreModelTests
{
    private const int Restart = 8;

    private static readonly Gen<(int Kind, int Which, string Text)[]> _writes =
        Gen.Select(Gen.Int[0, Restart], Gen.Int[0, 14], Gen.String[0, 300]).Array[1, 60];

    [Fact]
    public async Task Memory_RandomWrites_DoWhatTheModelDoes() => await _writes.SampleAsync(
        async writes =>
        {
            await using var store = new MemoryStore(TimeProvider.System);
            await RunAsync(writes.Where(write => write.Kind != Restart), () => store);
        },
        iter: 300);

    [Fact]
    public async Task Embedded_RandomWritesAndRestarts_DoWhatTheModelDoes() => await _writes.SampleAsync(
        async writes =>
        {
            var folder = new SimulatedFolder();
            EmbeddedStore? store = null;
            await RunAsync(writes, () => store ??= Routine.OpenStore(folder), async () =>
            {
                await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
                store = null;
            });
            await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
        },
        iter: 40);

    private static async Task RunAsync(
        IEnumerable<(int Kind, int Which, string Text)> writes, Func<IResourceStore> store, Func<Task>? restart = null)
    {
        var model = StoreModel.Empty;
        foreach (var (kind, which, text) in writes)
        {
            if (kind == Restart)
            {
                await restart!();
                Assert.True(model.Matches(await StoreModel.OfAsync(store())), "after a restart");
                continue;
            }

            var (next, isAccepted, ask) = model.Step(kind, which, text);
            try
            {
                await ask(store());
                Assert.True(isAccepted, $"accepted: {kind} {which} on {model}");
            }
            catch (StoreException)
            {
                Assert.False(isAccepted, $"refused: {kind} {which} on {model}");
            }

            model = next;
            Assert.True(model.Matches(await StoreModel.OfAsync(store())), $"{kind} {which}");
        }
    }
}
