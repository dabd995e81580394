using Mesh.Server.Ads.Pushing;

namespace Mesh.Server.Tests.Ads;

public sealed class WriteTurnsTests
{
    [Fact]
    public async Task Enqueue_StormInOneLane_OtherLaneIsNextButOne()
    {
        const int Storm = 1000;
        // Nobody works on its own: the test takes the turns.
        var turns = new WriteTurns(_ => Assert.Fail("nobody works on its own"), maxWorkers: 0);
        var order = new List<string>();
        var waits = new List<Task>();
        for (var i = 0; i < Storm; i++)
        {
            waits.Add(WaitAsync(turns, lane: 3, "storm", order));
        }

        waits.Add(WaitAsync(turns, lane: 7, "other", order));
        for (var i = 0; i < 2 * Storm && order.Count <= Storm; i++)
        {
            turns.TryRunOne();
        }

        await Task.WhenAll(waits);
        Assert.InRange(order.IndexOf("other"), 0, 1);
        Assert.Equal(Storm + 1, order.Count);
    }

    [Fact]
    public async Task Enqueue_ManyFromManyThreads_EachGoesOnOnce()
    {
        const int Signals = 64;
        const int Rounds = 500;
        var turns = new WriteTurns(turn => ThreadPool.UnsafeQueueUserWorkItem(turn, preferLocal: false), maxWorkers: 2);
        var counts = new int[Signals];
        var loops = Enumerable.Range(0, Signals).Select(i => Task.Run(async () =>
        {
            var signal = new AsyncSignal(turns, i % WriteTurns.Lanes);
            for (var round = 0; round < Rounds; round++)
            {
                var setting = Task.Run(signal.Set);
                await signal.WaitAsync();
                await setting;
                counts[i]++;
            }
        }));
        await Task.WhenAll(loops).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(counts, count => Assert.Equal(Rounds, count));
    }

    [Fact]
    public void LaneOf_ProxiesOfOneMesh_ShareALane() => Assert.Equal(WriteTurns.LaneOf("default.a"), WriteTurns.LaneOf("default.b"));

    private static async Task WaitAsync(WriteTurns turns, int lane, string name, List<string> order)
    {
        var signal = new AsyncSignal(turns, lane);
        var wait = signal.WaitAsync();
        signal.Set();
        await wait;
        order.Add(name);
    }
}
