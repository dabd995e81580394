using Mesh.Zone.Ingest;
using Mesh.Zone.Lifecycle;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Lifecycle;

public class DepartureLedgerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Left_NobodyAsks_IsForgotten()
    {
        var ledger = new DepartureLedger(_clock, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 1000; i++)
        {
            var proxy = new ProxyKey("default", $"p-{i}");
            ledger.Arrived(proxy);
            ledger.Left(proxy);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(ledger.Remembered, 1, 400);
    }

    [Fact]
    public void IsGone_AskedAfterALongDelay_IsRememberedStill()
    {
        var delay = TimeSpan.FromMinutes(10);
        var ledger = new DepartureLedger(_clock, delay);
        var proxy = new ProxyKey("default", "p");
        ledger.Arrived(proxy);
        ledger.Left(proxy);
        _clock.Advance(delay);
        ledger.Arrived(new ProxyKey("default", "q"));
        Assert.True(ledger.IsGone(proxy));
    }
}
