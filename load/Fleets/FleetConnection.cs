using System.Net.Sockets;
using Mesh.Load.Envoys;
using Mesh.Load.Http2;
using Mesh.Load.Sockets;

namespace Mesh.Load.Fleets;

/// <summary>One connection of a fleet with its virtual Envoys, which outlive it. Its worker's thread alone touches it.</summary>
internal sealed class FleetConnection(FleetWorker worker, FleetOptions options, byte[] call, int firstEnvoy, int envoys)
{
    private readonly EnvoyState[] _envoys =
        [.. Enumerable.Range(firstEnvoy, envoys).Select(i => new EnvoyState(i, worker.Context.Facts, worker.Context.Violations))];

    private GrpcConnection? _connection;

    public FleetWorker Worker => worker;

    public IReadOnlyList<EnvoyState> Envoys => _envoys;

    /// <summary>Whether it was told to read nothing.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Opens the streams over a connected socket.</summary>
    /// <param name="answered">Called when the server answered, or will not.</param>
    public void Open(Socket socket, Action answered)
    {
        var streams = _envoys.Select(EnvoyStream (envoy) => options.IsDelta
            ? new DeltaStream(worker.Context, envoy) { Rejects = options.Rejects(envoy.Index) }
            : new StateStream(worker.Context, envoy) { Rejects = options.Rejects(envoy.Index) });
        var once = answered;
        _connection = new GrpcConnection([.. streams.Select(stream => new GrpcCall(call, stream))], worker.Output, (_, _) =>
        {
            once?.Invoke();
            once = null;
        });
        ILinkHandler handler = options.IsTls ? new TlsLink(_connection) : _connection;
        new SocketLink(worker.Reactor, socket, handler).Open();
    }

    /// <summary>Drops the connection.</summary>
    public void Close()
    {
        _connection?.Close();
        _connection = null;
        IsStalled = false;
    }

    /// <summary>Makes its Envoys start anew.</summary>
    public void Forget() => Array.ForEach(_envoys, envoy => envoy.Forget());

    /// <summary>Stops or goes on reading.</summary>
    public void SetReading(bool reads)
    {
        IsStalled = !reads;
        _connection?.SetReading(reads);
    }
}
