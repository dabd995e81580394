namespace Mesh.Load.Http2;

/// <summary>The streams of a connection: what is opened again stands where a stream that ended stood.</summary>
internal sealed class GrpcStreams(GrpcConnection connection, int calls)
{
    private GrpcStream[] _streams = new GrpcStream[calls];
    private int _opened;
    private int _nextId = 1;
    private long _initialWindow = Frames.DefaultWindow;

    /// <summary>Those that were opened; they may have ended.</summary>
    public ReadOnlySpan<GrpcStream> All => _streams.AsSpan(0, _opened);

    /// <summary>Whether none is open.</summary>
    public bool HaveEnded
    {
        get
        {
            foreach (var stream in All)
            {
                if (!stream.HasEnded)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>A stream for a call.</summary>
    public GrpcStream Open(GrpcCall call)
    {
        var stream = new GrpcStream(connection, _nextId, call) { SendWindow = _initialWindow };
        _nextId += 2;
        for (var place = 0; place < _opened; place++)
        {
            if (_streams[place].HasEnded)
            {
                return _streams[place] = stream;
            }
        }

        if (_opened == _streams.Length)
        {
            Array.Resize(ref _streams, Math.Max(_opened * 2, 1));
        }

        return _streams[_opened++] = stream;
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
}
