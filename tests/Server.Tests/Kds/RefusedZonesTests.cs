using Mesh.Server.Kds.Global;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Kds;

/// <summary>What is told of zones that are refused.</summary>
public sealed class RefusedZonesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly RefusedZones _refused;

    public RefusedZonesTests() => _refused = new RefusedZones(_clock, _log);

    [Fact]
    public void Refuse_TheSameZoneForTheSameReason_IsToldOnce()
    {
        for (var i = 0; i < 10; i++)
        {
            Refuse("west");
        }

        Assert.Single(_log.Of("ZoneRefused"));
        _refused.LetIn("west");
        Refuse("west");
        Assert.Equal(2, _log.Of("ZoneRefused").Count);
    }

    [Fact]
    public void Refuse_EveryTimeAnotherName_TellsABoundedNumberAndCountsTheRest()
    {
        for (var i = 0; i < 10 * RefusedZones.MostRemembered; i++)
        {
            Refuse($"zone-{i}");
        }

        Assert.Equal(RefusedZones.MostTold, _log.Of("ZoneRefused").Count);

        _clock.Advance(RefusedZones.Window);
        Refuse("west");

        Assert.Equal(RefusedZones.MostTold + 1, _log.Of("ZoneRefused").Count);
        Assert.Contains($"{(10 * RefusedZones.MostRemembered) - RefusedZones.MostTold} more", Assert.Single(_log.Of("RefusalsUntold")), StringComparison.Ordinal);
    }

    private void Refuse(string zone) => _refused.Refuse(zone, "ipv4:127.0.0.1:1", "token", "no token");
}
