using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Load.Envoys;
using Mesh.Load.Fleets;
using Mesh.Load.Http2;
using Mesh.Load.Responses;
using Mesh.Load.Tests.Http2;

namespace Mesh.Load.Tests.Envoys;

/// <summary>A virtual Envoy with a stream, the server's side of it, and what its fleet counts. Time is what the test says.</summary>
public abstract class EnvoyStreamFixture : IDisposable
{
    protected const string Clusters = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    protected const string Listeners = "type.googleapis.com/envoy.config.listener.v3.Listener";

    private readonly FleetWorker _worker = new(0, new Observations(1), _ => []);

    private protected EnvoyStreamFixture()
    {
        Context = new EnvoyContext(_ => [0x0A, 1, (byte)'n'], _worker, (delay, action) => Later.Add((delay, action)), new Random(1));
        State = new EnvoyState(0, Context.Facts, Context.Violations);
        Stream = new DeltaStream(Context, State, Reconnecting.Add);
        Connection = Connect();
    }

    private protected LinkDouble Link { get; } = new();

    private protected FleetWorker Worker => _worker;

    /// <summary>What is to be done later.</summary>
    private protected List<(TimeSpan Delay, Action Action)> Later { get; } = [];

    private protected EnvoyContext Context { get; }

    private protected EnvoyState State { get; }

    private protected EnvoyStream Stream { get; }

    /// <summary>Streams that want a new connection.</summary>
    private protected List<EnvoyStream> Reconnecting { get; } = [];

    private protected GrpcConnection Connection { get; set; }

    public void Dispose()
    {
        _worker.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets the last pause pass.</summary>
    private protected void Pass() => Later[^1].Action();

    /// <summary>A connection for the stream that is not open.</summary>
    private protected GrpcConnection NewConnection() =>
        new([new GrpcCall(HeaderBlock.OfCall(DeltaStream.Path, false, "localhost"), Stream)], new ArrayBufferWriter<byte>(), (_, _) => { });

    /// <summary>Opens the stream on a new connection.</summary>
    private protected GrpcConnection Connect()
    {
        var connection = NewConnection();
        connection.Opened(Link);
        return connection;
    }

    /// <summary>Brings a cluster.</summary>
    private protected void Serve(int stream) => Connection.Received(Data(stream, NewClusters()));

    private protected static DeltaDiscoveryResponse NewClusters() => new()
    {
        TypeUrl = Clusters,
        Nonce = "1",
        Resources = { Resource.Parser.ParseFrom(EnvoyFixture.Resource(XdsKind.Cluster, "c", EnvoyFixture.Cluster("c"), "7")) },
    };

    /// <summary>Ends the stream with a status.</summary>
    private protected void End(int stream, string status) => Connection.Received(GrpcConnectionTests.Frame(
        Frames.Headers, Frames.EndHeaders | Frames.EndStream, stream, [0, 11, .. "grpc-status"u8, (byte)status.Length, .. Encoding.ASCII.GetBytes(status)]));

    private protected void AssertNoViolations() => Assert.Equal(0, Enum.GetValues<ViolationKind>().Sum(kind => Context.Violations[kind]));

    private protected void AssertTotals(FleetTotals expected) => Assert.Equal(expected, Worker.Totals);

    /// <summary>The same without counting what was received.</summary>
    private protected void AssertEnded(FleetTotals expected) => Assert.Equal(expected, Worker.Totals with { Responses = 0, Resources = 0, Bytes = 0 });

    private protected static byte[] Data(int stream, DeltaDiscoveryResponse response)
    {
        var message = new byte[5 + response.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 5);
        response.WriteTo(message.AsSpan(5));
        return GrpcConnectionTests.Frame(Frames.Data, 0, stream, message);
    }

    private protected static DeltaDiscoveryRequest RequestOf((byte Type, byte Flags, int Stream, byte[] Payload) frame) =>
        DeltaDiscoveryRequest.Parser.ParseFrom(frame.Payload.AsSpan(5));
}
