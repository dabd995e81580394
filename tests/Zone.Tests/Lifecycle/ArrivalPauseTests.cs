using Mesh.Zone.Lifecycle;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Lifecycle;

public class ArrivalPauseTests
{
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Next_MoreThanAFewInASecond_TheOthersWait()
    {
        var arrivals = new ArrivalPause(_clock, _length);
        for (var i = 0; i < ArrivalPause.AtOnce; i++)
        {
            Assert.Null(arrivals.Next());
        }

        Assert.Equal(_clock.GetUtcNow() + _length, arrivals.Next());
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(_clock.GetUtcNow() + _length, arrivals.Next());
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(arrivals.Next());
    }
}
