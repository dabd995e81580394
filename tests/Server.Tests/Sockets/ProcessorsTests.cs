using Mesh.Server.Ads.Sockets.Polling;

namespace Mesh.Server.Tests.Sockets;

/// <summary>Threads that stay on a processor. Linux.</summary>
public sealed class ProcessorsTests
{
    public ProcessorsTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");

    [Fact]
    public void Thread_KeptOnAProcessor_MayRunOnThatOneOnly()
    {
        var last = Processors.Allowed()[^1];
        IReadOnlyList<int> allowed = [];
        var thread = new Thread(() =>
        {
            Assert.True(Processors.TryKeepOn(last));
            allowed = Processors.Allowed();
        });
        thread.Start();
        thread.Join();
        Assert.Equal([last], allowed);
    }

    [Fact]
    public void Thread_StartedByOneThatIsKept_IsNotKept()
    {
        var all = Processors.Allowed();
        IReadOnlyList<int> allowed = [];
        var kept = new Thread(() =>
        {
            Assert.True(Processors.TryKeepOn(all[0]));
            // The system would have it inherit that, and those of the thread pool are started by whoever needs one.
            var started = new Thread(() => allowed = Processors.Allowed());
            started.Start();
            started.Join();
        });
        kept.Start();
        kept.Join();
        Assert.Equal(all, allowed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1 << 20)]
    public void Thread_OnAProcessorThatIsNone_StaysAsItIs(int number)
    {
        var before = Processors.Allowed();
        Assert.False(Processors.TryKeepOn(number));
        Assert.Equal(before, Processors.Allowed());
    }
}
