using System.Buffers;
using System.Buffers.Binary;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Load.Envoys;
using Mesh.Load.Fleets;
using Mesh.Load.Http2;
using Mesh.Load.Tests.Http2;

namespace Mesh.Load.Tests.Envoys;

/// <summary>A virtual Envoy whose streams a server ends, and what its fleet counts of that. Time is what the test says.</summary>
public sealed class EnvoyStreamTests : IDisposable
{
    private readonly LinkDouble _link = new();
    private readonly FleetWorker _worker = new(0, new Observations(1), _ => []);
    private readonly List<(TimeSpan Delay, Action Action)> _later = [];
    private readonly EnvoyContext _context;
    private readonly EnvoyState _state;
    private readonly GrpcConnection _connection;

    public EnvoyStreamTests()
    {
        _context = new EnvoyContext(_ => [0x0A, 1, (byte)'n'], _worker, (delay, action) => _later.Add((delay, action)), new Random(1));
        _state = new EnvoyState(0, _context.Facts, _context.Violations);
        var call = new GrpcCall(HeaderBlock.OfCall(DeltaStream.Path, false, "localhost"), new DeltaStream(_context, _state));
        _connection = new GrpcConnection([call], new ArrayBufferWriter<byte>(), (_, _) => { });
        _connection.Opened(_link);
    }

    [Fact]
    public void Stream_ThatIsRefused_IsOpenedAgainAfterAPauseAndIsNotLost()
    {
        _link.TakeFrames();
        End(1, "8");
        AssertTotals(new FleetTotals { Away = 1, Refused = 1 });
        Assert.Empty(_link.TakeFrames());
        Assert.InRange(Assert.Single(_later).Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(499));

        Pass();
        AssertTotals(new FleetTotals { Open = 1, Refused = 1, Retries = 1 });
        var frames = _link.TakeFrames();
        Assert.Equal([(Frames.Headers, 3), (Frames.Data, 3)], frames.Select(frame => (frame.Type, frame.Stream)));
        Assert.Equal("n", RequestOf(frames[1]).Node.Id);
        Assert.Equal("grpc-status 8", _worker.LastEnd);
        Assert.Null(_worker.LastLoss);
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
        Assert.All(_later.Take(2), pause => Assert.InRange(pause.Delay.TotalMilliseconds, 0, 999));
        Assert.All(_later, pause => Assert.InRange(pause.Delay.TotalMilliseconds, 0, 29_999));
        Assert.Contains(_later, pause => pause.Delay > TimeSpan.FromSeconds(16));
    }

    [Fact]
    public void Stream_ThatEndsAfterItWasServed_ComesBackWithWhatItHas()
    {
        Serve(1);
        _link.TakeFrames();
        End(1, "0");
        AssertEnded(new FleetTotals { Away = 1, Ended = 1 });

        Pass();
        var request = RequestOf(_link.TakeFrames()[1]);
        Assert.Equal(new KeyValuePair<string, string>("c", "7"), Assert.Single(request.InitialResourceVersions));
        AssertEnded(new FleetTotals { Open = 1, Ended = 1, Retries = 1 });
        _connection.Received(Data(3, new DeltaDiscoveryResponse { TypeUrl = request.TypeUrl, Nonce = "2" }));
        Assert.Equal("2", RequestOf(_link.TakeFrames().Single()).ResponseNonce);
        Assert.Equal(0, Enum.GetValues<ViolationKind>().Sum(kind => _context.Violations[kind]));
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
        Assert.InRange(_later[^1].Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(499));
    }

    [Fact]
    public void Stream_ThatEndsAfterGoAway_IsLost()
    {
        _connection.Received(GrpcConnectionTests.Frame(Frames.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]));
        AssertTotals(new FleetTotals { Open = 1 });
        End(1, "0");
        AssertTotals(new FleetTotals { Lost = 1 });
        Assert.Empty(_later);
        Assert.Equal("grpc-status 0", _worker.LastLoss);
    }

    [Fact]
    public void Stream_WhoseConnectionEndsWhileItWaits_IsLostOnce()
    {
        End(1, "8");
        _connection.Closed("reset by peer");
        AssertTotals(new FleetTotals { Away = 1, Refused = 1 });
        Pass();
        AssertTotals(new FleetTotals { Lost = 1, Refused = 1 });
        Assert.NotNull(_worker.LastLoss);
    }

    [Fact]
    public void Stream_WhoseConnectionWasDroppedWhileItWaits_StaysAway()
    {
        End(1, "8");
        _connection.Close();
        _worker.Dropped();
        _link.TakeFrames();
        Pass();
        AssertTotals(new FleetTotals { Refused = 1 });
        Assert.Empty(_link.TakeFrames());
    }

    public void Dispose() => _worker.Dispose();

    /// <summary>Lets the last pause pass.</summary>
    private void Pass() => _later[^1].Action();

    private void Serve(int stream) => _connection.Received(Data(stream, new DeltaDiscoveryResponse
    {
        TypeUrl = System.Text.Encoding.UTF8.GetString(XdsKind.Cluster.Url),
        Nonce = "1",
        Resources = { Resource.Parser.ParseFrom(EnvoyFixture.Resource(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c"), "7")) },
    }));

    private void End(int stream, string status) => _connection.Received(GrpcConnectionTests.Frame(
        Frames.Headers, Frames.EndHeaders | Frames.EndStream, stream, [0, 11, .. "grpc-status"u8, (byte)status.Length, .. System.Text.Encoding.ASCII.GetBytes(status)]));

    private void AssertTotals(FleetTotals expected) => Assert.Equal(expected, _worker.Totals);

    /// <summary>The same without counting what was received.</summary>
    private void AssertEnded(FleetTotals expected) => Assert.Equal(expected, _worker.Totals with { Responses = 0, Resources = 0, Bytes = 0 });

    private static byte[] Data(int stream, DeltaDiscoveryResponse response)
    {
        var message = new byte[5 + response.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 5);
        response.WriteTo(message.AsSpan(5));
        return GrpcConnectionTests.Frame(Frames.Data, 0, stream, message);
    }

    private static DeltaDiscoveryRequest RequestOf((byte Type, byte Flags, int Stream, byte[] Payload) frame) =>
        DeltaDiscoveryRequest.Parser.ParseFrom(frame.Payload.AsSpan(5));
}
