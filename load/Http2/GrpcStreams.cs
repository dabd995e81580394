namespace Mesh.Load.Http2;

/// <summary>The streams of a connection, one for each of its calls: what is opened again stands where the stream before it stood.</summary>
internal sealed class GrpcStreams(GrpcConnection connection, IReadOnlyList<GrpcCall> calls)
{
    private readonly GrpcStream[] _streams = new GrpcStream[calls.Count];
    private int _opened;
    private int _nextId = 1;
    private long _initialWindow = Frames.DefaultWindow;

    /// <summary>By call, those that were opened; they may have ended.</summary>
    public ReadOnlySpan<GrpcStream> All => _streams.AsSpan(0, _opened);

    /// <summary>A stream for each call.</summary>
    public ReadOnlySpan<GrpcStream> OpenAll()
    {
        for (; _opened < calls.Count; _opened++)
        {
            _streams[_opened] = New(calls[_opened]);
        }

        return _streams;
    }

    /// <summary>Another stream for the call of one that has ended.</summary>
    public GrpcStream OpenAgain(GrpcStream ended)
    {
        var call = Array.IndexOf(_streams, ended);
        return _streams[call] = New(calls[call]);
    }

    /// <summary>The server says what it takes on each stream, also on those that are open.</summary>
    public void SetInitialWindow(long window)
    {
        foreach (var stream in All)
        {
            stream.SendWindow += window - _initialWindow;
        }

        _initialWindow = window;
    }

    /// <summary>A stream that has not ended; null: there is none of this number.</summary>
    public GrpcStream? Find(int id)
    {
        // Where it is unless a stream was opened again.
        var place = (id - 1) / 2;
        if (id > 0 && place < _opened && _streams[place].Id == id)
        {
            return _streams[place].HasEnded ? null : _streams[place];
        }

        foreach (var stream in All)
        {
            if (stream.Id == id)
            {
                return stream.HasEnded ? null : stream;
            }
        }

        return null;
    }

    private GrpcStream New(GrpcCall call)
    {
        var stream = new GrpcStream(connection, _nextId, call) { SendWindow = _initialWindow };
        _nextId += 2;
        return stream;
    }
}
