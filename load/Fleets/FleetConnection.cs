using System.Net.Sockets;
using Mesh.Load.Envoys;
using Mesh.Load.Http2;
using Mesh.Load.Sockets;

namespace Mesh.Load.Fleets;

/// <summary>
/// One connection of a fleet with its virtual Envoys, which outlive it: when it is lost, they open another one. Its worker's thread alone touches it.
/// </summary>
/// <param name="number">Its number in the fleet.</param>
internal sealed class FleetConnection(FleetWorker worker, FleetOptions options, FleetSockets sockets, byte[] call, int number, int firstEnvoy, int envoys)
{
    private readonly EnvoyState[] _envoys =
        [.. Enumerable.Range(firstEnvoy, envoys).Select(i => new EnvoyState(i, worker.Context.Facts, worker.Context.Violations))];

    private EnvoyStream[] _streams = [];

    // The newest one, and those before it that the server asked to leave and that still have streams.
    private GrpcConnection? _connection;
    private List<GrpcConnection>? _leaving;
    private List<EnvoyStream>? _hanging;

    public FleetWorker Worker => worker;

    public IReadOnlyList<EnvoyState> Envoys => _envoys;

    /// <summary>Whether it was told to read nothing.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Opens the streams over a connected socket.</summary>
    /// <param name="answered">Called when the server answered, or will not.</param>
    public void Open(Socket socket, Action answered)
    {
        Action<EnvoyStream> reconnect = Reconnect;
        _streams = [.. _envoys.Select(EnvoyStream (envoy) => options.IsDelta
            ? new DeltaStream(worker.Context, envoy, reconnect) { Rejects = options.Rejects(envoy.Index) }
            : new StateStream(worker.Context, envoy, reconnect) { Rejects = options.Rejects(envoy.Index) })];
        var connection = Add([.. _streams.Select(stream => new GrpcCall(call, stream))], answered);
        new SocketLink(worker.Reactor, socket, HandlerOf(connection)).Open();
    }

    /// <summary>Drops the connection, as a process that is killed.</summary>
    public void Close()
    {
        Array.ForEach(_streams, stream => stream.Drop());
        _connection?.Close();
        _leaving?.ForEach(connection => connection.Close());
        (_streams, _connection, _leaving, _hanging) = ([], null, null, null);
        IsStalled = false;
    }

    /// <summary>Makes its Envoys start anew.</summary>
    public void Forget() => Array.ForEach(_envoys, envoy => envoy.Forget());

    /// <summary>Stops or goes on reading. Those that read nothing open no connection either.</summary>
    public void SetReading(bool reads)
    {
        IsStalled = !reads;
        _connection?.SetReading(reads);
        _leaving?.ForEach(connection => connection.SetReading(reads));
        if (reads)
        {
            var hanging = _hanging;
            _hanging = null;
            hanging?.ForEach(Reconnect);
        }
    }

    private ILinkHandler HandlerOf(GrpcConnection connection) => options.IsTls ? new TlsLink(connection) : connection;

    private GrpcConnection Add(GrpcCall[] calls, Action? answered)
    {
        if (_connection is not null)
        {
            (_leaving ??= []).Add(_connection);
        }

        return _connection = new GrpcConnection(calls, worker.Output, (connection, end) =>
        {
            answered?.Invoke();
            answered = null;
            if (end is not null)
            {
                Remove(connection);
            }
        });
    }

    private void Remove(GrpcConnection connection)
    {
        if (_connection == connection)
        {
            _connection = null;
        }
        else
        {
            _leaving?.Remove(connection);
        }
    }

    /// <summary>Opens a stream that lost its connection: with the first of them a new one.</summary>
    private void Reconnect(EnvoyStream stream)
    {
        if (IsStalled)
        {
            (_hanging ??= []).Add(stream);
            return;
        }

        var again = new GrpcCall(call, stream);
        if (_connection is { TakesCalls: true } open)
        {
            open.Open(again);
            return;
        }

        var connection = Add([again], null);
        try
        {
            new SocketLink(worker.Reactor, sockets.Create(number), HandlerOf(connection)).Connect(sockets.Server);
        }
        catch (SocketException e)
        {
            connection.Closed(e.Message);
        }
    }
}
