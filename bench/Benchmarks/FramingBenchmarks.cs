using BenchmarkDotNet.Attributes;
using Mesh.Check;

namespace Mesh.Benchmarks;

/// <summary>The stages of a push between the session and the socket: HTTP/2 of our own, both ways, with the bytes that sessions write and clients answer.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks : IDisposable
{
    private const int Batch = 1_000;
    private readonly byte[] _piece = new byte[31 * 1024];
    private readonly FramedStream _stream = new();
    private byte[] _push = [];
    private byte[] _ack = [];

    /// <summary>Of the two protocols, which.</summary>
    [Params(true, false)]
    public bool IsDelta { get; set; }

    /// <summary>Takes down what a session writes and what its client answers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using var scenario = PushScenario.OneEndpoint(IsDelta);
        scenario.Push(0);
        scenario.Publish(1);
        scenario.Write();
        _push = scenario.Streams[0].Written.ToArray();
        _ack = FramedStream.Request(scenario.Streams[0].Ack());
    }

    /// <summary>A push of one resource: written, framed, given to the socket, told as sent.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public long SendPush() => Send(_push);

    /// <summary>A piece of a large response: two frames.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public long SendPieceOfLarge() => Send(_piece);

    /// <summary>An acknowledgement: from the bytes of the socket to the request that the session is given.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int ReceiveAck()
    {
        var length = 0;
        for (var i = 0; i < Batch; i++)
        {
            length += _stream.Receive(_ack);
        }

        return length;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _stream.Dispose();
        GC.SuppressFinalize(this);
    }

    private long Send(byte[] response)
    {
        var sent = 0L;
        for (var i = 0; i < Batch; i++)
        {
            sent = _stream.Send(response);
        }

        return sent;
    }
}
