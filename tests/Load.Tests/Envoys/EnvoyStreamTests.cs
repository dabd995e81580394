using EnvoyApi.Service.Discovery.V3;
using Mesh.Load.Fleets;
using Mesh.Load.Http2;
using Mesh.Load.Tests.Http2;

namespace Mesh.Load.Tests.Envoys;

/// <summary>What becomes of a stream that a server ends or whose connection is lost, and what the fleet counts of that.</summary>
public sealed class EnvoyStreamTests : EnvoyStreamFixture
{
    [Fact]
    public void Stream_ThatIsRefused_IsOpenedAgainAfterAPauseAndIsNotLost()
    {
        Link.TakeFrames();
        End(1, "8");
        AssertTotals(new FleetTotals { Away = 1, Refused = 1 });
        Assert.Empty(Link.TakeFrames());
        Assert.InRange(Assert.Single(Later).Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(499));

        Pass();
        AssertTotals(new FleetTotals { Open = 1, Refused = 1, Retries = 1 });
        var frames = Link.TakeFrames();
        Assert.Equal([(Frames.Headers, 3), (Frames.Data, 3)], frames.Select(frame => (frame.Type, frame.Stream)));
        Assert.Equal("n", RequestOf(frames[1]).Node.Id);
        Assert.Equal("grpc-status 8", Worker.LastEnd);
        Assert.Null(Worker.LastLoss);
    }

    [Fact]
    public void Stream_ThatIsRefusedAgainAndAgain_WaitsLongerAndLonger()
    {
        for (var i = 0; i < 30; i++)
        {
            End(1 + (2 * i), "8");
            Pass();
        }

        AssertTotals(new FleetTotals { Open = 1, Refused = 30, Retries = 30 });
        Assert.All(Later.Take(2), pause => Assert.InRange(pause.Delay.TotalMilliseconds, 0, 999));
        Assert.All(Later, pause => Assert.InRange(pause.Delay.TotalMilliseconds, 0, 29_999));
        Assert.Contains(Later, pause => pause.Delay > TimeSpan.FromSeconds(16));
    }

    [Fact]
    public void Stream_ThatEndsAfterItWasServed_ComesBackWithWhatItHas()
    {
        Serve(1);
        Link.TakeFrames();
        End(1, "0");
        AssertEnded(new FleetTotals { Away = 1, Ended = 1 });

        Pass();
        var request = RequestOf(Link.TakeFrames()[1]);
        Assert.Equal(new KeyValuePair<string, string>("c", "7"), Assert.Single(request.InitialResourceVersions));
        AssertEnded(new FleetTotals { Open = 1, Ended = 1, Retries = 1 });
        Connection.Received(Data(3, new DeltaDiscoveryResponse { TypeUrl = request.TypeUrl, Nonce = "2" }));
        Assert.Equal("2", RequestOf(Link.TakeFrames().Single()).ResponseNonce);
        AssertNoViolations();
    }

    [Fact]
    public void Stream_ThatEndsAfterARetryWasServed_WaitsAsBriefly()
    {
        for (var i = 0; i < 10; i++)
        {
            End(1 + (2 * i), "8");
            Pass();
        }

        Serve(21);
        End(21, "14");
        Assert.InRange(Later[^1].Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(499));
    }

    [Fact]
    public void Stream_WhoseConnectionIsLost_IsOpenedOnAnotherOneWithWhatItHas()
    {
        Serve(1);
        Connection.Closed("reset by peer");
        AssertEnded(new FleetTotals { Away = 1, Lost = 1 });
        Assert.Equal("reset by peer", Worker.LastLoss);
        Assert.Empty(Reconnecting);
        Assert.InRange(Assert.Single(Later).Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(499));

        Pass();
        Assert.Same(Stream, Assert.Single(Reconnecting));
        AssertEnded(new FleetTotals { Away = 1, Lost = 1 });
        Link.TakeFrames();
        Connection = Connect();
        AssertEnded(new FleetTotals { Open = 1, Lost = 1, Reconnects = 1 });
        var request = Link.TakeFrames().Where(frame => frame.Type == Frames.Data).Select(RequestOf).First();
        Assert.Equal("n", request.Node.Id);
        Assert.Equal(new KeyValuePair<string, string>("c", "7"), Assert.Single(request.InitialResourceVersions));
        Connection.Received(Data(1, new DeltaDiscoveryResponse { TypeUrl = request.TypeUrl, Nonce = "2" }));
        Assert.Equal("2", RequestOf(Link.TakeFrames().Single()).ResponseNonce);
        AssertNoViolations();
    }

    [Fact]
    public void Stream_WhoseConnectionIsLostAgainAndAgain_WaitsLongerUntilItIsServed()
    {
        for (var i = 0; i < 10; i++)
        {
            Connection.Closed("reset by peer");
            Pass();
            Connection = Connect();
        }

        AssertTotals(new FleetTotals { Open = 1, Lost = 10, Reconnects = 10 });
        Assert.Contains(Later, pause => pause.Delay > TimeSpan.FromSeconds(8));
        Serve(1);
        Connection.Closed("reset by peer");
        Assert.InRange(Later[^1].Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(499));
    }

    [Fact]
    public void Stream_WhoseNewConnectionFails_TriesAgainAndIsLostOnce()
    {
        Connection.Closed("reset by peer");
        for (var i = 0; i < 10; i++)
        {
            Pass();
            NewConnection().Closed("not connected: ConnectionRefused");
        }

        AssertTotals(new FleetTotals { Away = 1, Lost = 1 });
        Assert.Equal("not connected: ConnectionRefused", Worker.LastLoss);
        Assert.Equal(11, Later.Count);
        Assert.Contains(Later, pause => pause.Delay > TimeSpan.FromSeconds(8));
        Pass();
        Connect();
        AssertTotals(new FleetTotals { Open = 1, Lost = 1, Reconnects = 1 });
    }

    [Fact]
    public void Stream_ThatEndsAfterGoAway_IsOpenedOnAnotherConnection()
    {
        Connection.Received(GrpcConnectionTests.Frame(Frames.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]));
        AssertTotals(new FleetTotals { Open = 1 });
        End(1, "0");
        AssertTotals(new FleetTotals { Away = 1, Lost = 1 });
        Assert.Equal("grpc-status 0", Worker.LastLoss);
        Pass();
        Assert.Same(Stream, Assert.Single(Reconnecting));
    }

    [Fact]
    public void Stream_WhoseConnectionEndsWhileItWaits_IsLostOnce()
    {
        End(1, "8");
        Connection.Closed("reset by peer");
        AssertTotals(new FleetTotals { Away = 1, Refused = 1 });
        Pass();
        AssertTotals(new FleetTotals { Away = 1, Lost = 1, Refused = 1 });
        Assert.NotNull(Worker.LastLoss);
        Connect();
        AssertTotals(new FleetTotals { Open = 1, Lost = 1, Refused = 1, Reconnects = 1 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stream_ThatIsDroppedWhileItWaits_StaysAway(bool isLost)
    {
        if (isLost)
        {
            Connection.Closed("reset by peer");
        }
        else
        {
            End(1, "8");
        }

        Stream.Drop();
        Connection.Close();
        Worker.Dropped();
        Link.TakeFrames();
        Pass();
        AssertTotals(isLost ? new FleetTotals { Lost = 1 } : new FleetTotals { Refused = 1 });
        Assert.Empty(Link.TakeFrames());
        Assert.Empty(Reconnecting);
    }
}
