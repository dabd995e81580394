using Mesh.Server.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Kds;

public sealed class HeapTrimTests : IDisposable
{
    private const long Large = 400L << 20;

    private readonly FakeTimeProvider _clock = new();
    private readonly HeapTrim _trim;
    private (long Heap, long Holes) _figures = (2 * Large, Large);
    private int _compactions;

    public HeapTrimTests() => _trim = new HeapTrim(_clock, () => _figures, () => _compactions++);

    public void Dispose() => _trim.Dispose();

    [Fact]
    public void Moved_BurstThenQuiet_CompactsOnce()
    {
        _trim.Moved(HeapTrim.Burst);
        _clock.Advance(HeapTrim.Quiet);
        Assert.Equal(1, _compactions);

        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, _compactions);
    }

    [Fact]
    public void Moved_BurstThatGoesOn_WaitsForItsEnd()
    {
        for (var i = 0; i < 20; i++)
        {
            _trim.Moved(HeapTrim.Burst);
            _clock.Advance(HeapTrim.Quiet - TimeSpan.FromMilliseconds(1));
            Assert.Equal(0, _compactions);
        }

        _clock.Advance(HeapTrim.Quiet);
        Assert.Equal(1, _compactions);
    }

    [Fact]
    public void Moved_SecondBurst_CompactsAgain()
    {
        _trim.Moved(HeapTrim.Burst);
        _clock.Advance(HeapTrim.Quiet);
        _trim.Moved(HeapTrim.Burst - 1);
        _clock.Advance(HeapTrim.Quiet);
        Assert.Equal(1, _compactions);

        _trim.Moved(1);
        _clock.Advance(HeapTrim.Quiet);
        Assert.Equal(2, _compactions);
    }

    [Theory]
    [InlineData(Large, 10L << 20)]
    [InlineData(4 * Large, Large)]
    public void Moved_FewHoles_LeavesTheHeapAlone(long heap, long holes)
    {
        _figures = (heap, holes);
        _trim.Moved(HeapTrim.Burst);
        _clock.Advance(HeapTrim.Quiet);
        Assert.Equal(0, _compactions);
    }
}
