using Mesh.Load.Http2;

namespace Mesh.Load.Tests.Http2;

public sealed class RetryBackoffTests
{
    private RetryBackoff _backoff;

    [Fact]
    public void Pauses_OneAfterAnother_AreDrawnFromIntervalsThatDoubleUpToHalfAMinute()
    {
        var intervals = new Intervals();
        for (var i = 0; i < 8; i++)
        {
            _backoff.Next(intervals);
        }

        Assert.Equal([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000], intervals.Asked);
    }

    [Fact]
    public void Pauses_AfterAReset_BeginAnew()
    {
        var intervals = new Intervals();
        _backoff.Next(intervals);
        _backoff.Next(intervals);
        _backoff.Reset();
        Assert.Equal(TimeSpan.FromMilliseconds(499), _backoff.Next(intervals));
        Assert.Equal([500, 1000, 500], intervals.Asked);
    }

    /// <summary>Draws the largest number, and keeps from what.</summary>
    private sealed class Intervals() : Random(0)
    {
        public List<int> Asked { get; } = [];

        public override int Next(int maxValue)
        {
            Asked.Add(maxValue);
            return maxValue - 1;
        }
    }
}
