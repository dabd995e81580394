using Mesh.Load.Measuring;

namespace Mesh.Load.Tests.Measuring;

public sealed class KernelFloorTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void Output_OfSeveralRuns_IsReadFromItsLastLine()
    {
        const string Output = """
            N=10 sz=309 drain=1 threads=1 best_wall_ms=90.10 mean_wall_ms=95.00 best_cpu_us_per_send=4.200
            N=10 sz=309 drain=1 threads=2 best_wall_ms=60.50 mean_wall_ms=64.25 best_cpu_us_per_send=5.125

            """;
        Assert.Equal(new KernelFloor(60.5, 64.25, 5.125), KernelFloor.Parse(Output));
        Assert.Null(KernelFloor.Parse("connect: Cannot assign requested address"));
    }

    [Fact]
    public async Task Program_ThatDoesNotEnd_IsKilledAndIsAnError()
    {
        // What it starts holds the pipe as well.
        var run = KernelFloor.RunAsync("sh", ["-c", "sleep infinity & wait"], TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken);
        var late = await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.Contains("sleep infinity", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_ThatFails_IsAnErrorWithWhatItSaid()
    {
        var run = KernelFloor.RunAsync("sh", ["-c", "echo 'bind: Address already in use' >&2; exit 3"], _patience, TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => run);
        Assert.Contains("ended with 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("bind: Address already in use", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_ThatEnds_IsReadWhole() =>
        Assert.Equal("all of it\n", await KernelFloor.RunAsync("sh", ["-c", "echo noise >&2; echo all of it"], _patience, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Program_ThatIsAbsent_IsNoError() =>
        Assert.Null(await KernelFloor.RunAsync("no-such-program-of-anyone", [], _patience, TestContext.Current.CancellationToken));
}
