using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Ads.Http2;

/// <summary>The streams of a connection, and the windows of what both sides may send. To be used under the lock of the output.</summary>
internal sealed class StreamTable(ConnectionOutput output)
{
    // By id: clients count up. Most connections have one stream.
    private Http2Stream[] _open = [];
    private int _count;
    private readonly ResetStreams _reset = new();
    private readonly Http2Settings _settings = new();
    private int _receiveWindow = Http2Settings.ConnectionWindow;
    private int _credit;

    /// <summary>Number of open streams.</summary>
    public int Count => _count;

    /// <summary>The last stream that the client opened.</summary>
    public int LastId { get; set; }

    /// <summary>What may be sent on a new stream.</summary>
    public int InitialWindow => _settings.InitialWindow;

    /// <summary>Adds a stream that the client has opened: its id is larger than those before.</summary>
    public void Add(Http2Stream stream)
    {
        if (_count == _open.Length)
        {
            Array.Resize(ref _open, Math.Max(1, 2 * _count));
        }

        _open[_count++] = stream;
    }

    /// <summary>An open stream.</summary>
    public Http2Stream? Find(int id) => IndexOf(id) is var index and >= 0 ? _open[index] : null;

    /// <summary>Whether we reset a stream a short while ago.</summary>
    public bool WasReset(int id) => _reset.Contains(id);

    /// <summary>DATA came.</summary>
    /// <exception cref="Http2Exception">More than the client may send.</exception>
    public void UseWindow(int bytes)
    {
        _receiveWindow -= bytes;
        if (_receiveWindow < 0)
        {
            throw new Http2Exception(Http2Error.FlowControl, "more than the window of the connection");
        }
    }

    /// <summary>Bytes of DATA were read. True: there is something to send.</summary>
    public bool Credit(int bytes)
    {
        _credit += bytes;
        if (_credit < Http2Settings.ConnectionWindow / 4)
        {
            return false;
        }

        _receiveWindow += _credit;
        output.Enqueue(FrameType.WindowUpdate, 0, _credit);
        _credit = 0;
        return true;
    }

    /// <summary>The client takes more on the connection.</summary>
    /// <exception cref="Http2Exception">More than there can be.</exception>
    public void Widen(int by)
    {
        output.Widen(by);
        foreach (var stream in Open)
        {
            if (stream.IsBlocked)
            {
                output.Enqueue(stream);
            }
        }
    }

    /// <summary>Takes the client's settings, and acknowledges them.</summary>
    /// <exception cref="Http2Exception">They are malformed, or a window becomes too large.</exception>
    public void Take(ReadOnlySpan<byte> settings)
    {
        var before = _settings.InitialWindow;
        _settings.Take(settings);
        foreach (var stream in Open)
        {
            if (!stream.TryWiden(_settings.InitialWindow - before))
            {
                throw new Http2Exception(Http2Error.FlowControl, "SETTINGS_INITIAL_WINDOW_SIZE makes a window too large");
            }
        }

        Span<byte> acknowledgement = stackalloc byte[FrameHeader.Size];
        FrameHeader.Write(acknowledgement, 0, FrameType.Settings, FrameHeader.Ack, 0);
        output.Enqueue(acknowledgement);
    }

    /// <summary>Resets a stream.</summary>
    public void Reset(Http2Stream stream, Http2Error error)
    {
        SendReset(stream.Id, error);
        Remove(stream, new IOException($"the stream was reset: {error}"));
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Lost(), stream, preferLocal: false);
    }

    /// <summary>Tells the client that a stream is reset.</summary>
    public void SendReset(int id, Http2Error error)
    {
        _reset.Add(id);
        output.Enqueue(FrameType.ResetStream, id, (int)error);
    }

    /// <summary>Forgets a stream.</summary>
    public void Remove(Http2Stream stream, Exception loss)
    {
        Credit(stream.Close(loss));
        if (IndexOf(stream.Id) is var index and >= 0)
        {
            _count--;
            Array.Copy(_open, index + 1, _open, index, _count - index);
            _open[_count] = null!;
        }
    }

    /// <summary>A stream's response is sent: its end follows.</summary>
    public void Finish(Http2Stream stream, ReadOnlySpan<byte> end)
    {
        output.Enqueue(end);
        if (!stream.IsHalfClosed)
        {
            // Nothing more of it is wanted (section 8.1).
            SendReset(stream.Id, Http2Error.None);
        }

        Remove(stream, new IOException("the stream has ended"));
    }

    /// <summary>Closes and forgets all streams, which are to be told of it behind the lock.</summary>
    public Http2Stream[] CloseAll(Exception loss)
    {
        var streams = Open.ToArray();
        foreach (var stream in streams)
        {
            stream.Close(loss);
        }

        (_open, _count) = ([], 0);
        return streams;
    }

    /// <summary>The streams that have ended here and whose client has not taken what is left for too long; null: there are none.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="clock">Source of <paramref name="now"/>.</param>
    /// <param name="now">This moment, a timestamp.</param>
    /// <param name="hasEnding">Whether there are streams that wait for that.</param>
    public List<Http2Stream>? FindOverdue(TimeSpan patience, TimeProvider clock, long now, out bool hasEnding)
    {
        List<Http2Stream>? overdue = null;
        hasEnding = false;
        foreach (var stream in Open)
        {
            if (stream.EndsSince is { } since)
            {
                hasEnding = true;
                if (clock.GetElapsedTime(since, now) >= patience)
                {
                    (overdue ??= []).Add(stream);
                }
            }
        }

        return overdue;
    }

    private ReadOnlySpan<Http2Stream> Open => _open.AsSpan(0, _count);

    private int IndexOf(int id)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = _open[middle].Id;
            if (found == id)
            {
                return middle;
            }

            (low, high) = found < id ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
