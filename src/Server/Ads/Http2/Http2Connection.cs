using System.Buffers.Binary;
using Mesh.Server.Ads.Sockets;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// One connection of a client (RFC 9113), server side: a loop that reads, a <see cref="ConnectionOutput"/> that sends, and streams. It keeps no
/// buffer while nothing comes and nothing goes. Its state, and that of its streams, is guarded by the lock of the output.
/// </summary>
internal sealed class Http2Connection
{
    private const int FirstSize = 128;

    private readonly Http2Host _host;
    private readonly Wire _wire;
    private readonly ConnectionInput _input;
    private readonly FrameReader _reader;
    private readonly Dictionary<int, Http2Stream> _streams = new(1);
    private readonly ResetStreams _reset = new();
    private readonly Http2Settings _settings = new();
    private readonly KeepAlive _keepAlive;

    // What a plain connection reads into while it waits: room for an acknowledgement, which then costs one call of the system.
    private readonly byte[]? _first;
    private CancellationTokenSource? _retired;
    private int _receiveWindow = Http2Settings.ConnectionWindow;
    private int _credit;
    private bool _hasEnding;
    private bool _isRetired;
    private bool _isFailing;
    private bool _isLost;
    private bool _isDueToClose;
    private bool _isClosing;

    public Http2Connection(Http2Host host, Wire wire, ClientLink client)
    {
        _host = host;
        _wire = wire;
        Client = client;
        Budget = new FrameBudget(host.Clock);
        _first = wire.IsPlain ? new byte[FirstSize] : null;
        Output = new ConnectionOutput(this, wire.Stream, host.Buffers);
        _keepAlive = new KeepAlive(host.Options, host.Clock.GetTimestamp());
        _input = new ConnectionInput(this);
        _reader = new FrameReader(_input, host.Buffers);
    }

    public ClientLink Client { get; }

    public ConnectionOutput Output { get; }

    public FrameBudget Budget { get; }

    public TransportBuffers Buffers => _host.Buffers;

    /// <summary>The last stream that the client opened.</summary>
    public int LastStreamId { get; private set; }

    /// <summary>The connection is to end.</summary>
    public CancellationToken Retired
    {
        get
        {
            lock (Output.Lock)
            {
                _retired ??= new CancellationTokenSource();
                return _isRetired ? new CancellationToken(canceled: true) : _retired.Token;
            }
        }
    }

    /// <summary>Serves the connection until it is closed.</summary>
    /// <param name="begin">What was read of it already, behind the preface. An empty SETTINGS frame was sent.</param>
    public Task RunAsync(ReadOnlySpan<byte> begin)
    {
        lock (Output.Lock)
        {
            Output.Enqueue(Http2Settings.Ours);
        }

        try
        {
            Consume(begin);
        }
        catch (Exception fault)
        {
            _host.Log.Fault(Client.Peer, fault);
            Lose(new IOException("internal error", fault));
        }

        return ReadAsync();
    }

    /// <summary>The client opens a stream.</summary>
    public void Open(int id, RequestHead head, bool endsStream, bool dependsOnItself)
    {
        var stream = new Http2Stream(this, id, head, _settings.InitialWindow);
        lock (Output.Lock)
        {
            LastStreamId = id;
            var error = dependsOnItself || !head.IsWellFormed || (endsStream && !stream.TryHalfClose(out _)) ? Http2Error.Protocol
                : _isRetired || _streams.Count >= Http2Settings.MaxStreams ? Http2Error.RefusedStream : Http2Error.None;
            if (error != Http2Error.None && !head.IsTooLarge)
            {
                SendReset(id, error);
                return;
            }

            if (_isLost)
            {
                return;
            }

            _streams.Add(id, stream);
        }

        if (head.IsTooLarge)
        {
            stream.End(httpStatus: 431);
        }
        else if (!AdsMethods.IsOfProxies(head.Path!))
        {
            // Kestrel serves it, on a connection of its own.
            stream.End(httpStatus: 421);
        }
        else if (head.Method != "POST")
        {
            stream.End(httpStatus: 405);
        }
        else if (!head.IsGrpc)
        {
            stream.End(httpStatus: 415);
        }
        else
        {
            // The reading loop goes on, whatever letting a stream in costs.
            ThreadPool.UnsafeQueueUserWorkItem(static call => _ = call.Stream.ServeAsync(call.Host, call.Path), (Stream: stream, Host: _host, Path: head.Path!), preferLocal: false);
        }
    }

    /// <summary>An open stream. Under the lock, as all that follows.</summary>
    public Http2Stream? Find(int id) => _streams.GetValueOrDefault(id);

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
        Output.Enqueue(FrameType.WindowUpdate, 0, _credit);
        _credit = 0;
        return true;
    }

    /// <summary>The client takes more on the connection.</summary>
    public void Widen(int by)
    {
        Output.Widen(by);
        foreach (var (_, stream) in _streams)
        {
            if (stream.IsBlocked)
            {
                Output.Enqueue(stream);
            }
        }
    }

    /// <summary>Takes the client's settings, and acknowledges them. Not under the lock.</summary>
    public void Take(ReadOnlySpan<byte> settings)
    {
        lock (Output.Lock)
        {
            var before = _settings.InitialWindow;
            _settings.Take(settings);
            foreach (var (_, stream) in _streams)
            {
                if (!stream.TryWiden(_settings.InitialWindow - before))
                {
                    throw new Http2Exception(Http2Error.FlowControl, "SETTINGS_INITIAL_WINDOW_SIZE makes a window too large");
                }
            }

            Span<byte> acknowledgement = stackalloc byte[FrameHeader.Size];
            FrameHeader.Write(acknowledgement, 0, FrameType.Settings, FrameHeader.Ack, 0);
            Output.Enqueue(acknowledgement);
        }
    }

    /// <summary>Resets a stream of the client that breaks a rule, or of ours that ended before the client's side did.</summary>
    public void Reset(Http2Stream stream, Http2Error error)
    {
        SendReset(stream.Id, error);
        Remove(stream, new IOException($"the stream was reset: {error}"));
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Lost(), stream, preferLocal: false);
    }

    /// <summary>Forgets a stream.</summary>
    public void Remove(Http2Stream stream, Exception loss)
    {
        Credit(stream.Close(loss));
        _streams.Remove(stream.Id);
    }

    /// <summary>A stream's response is sent: its end follows.</summary>
    public void Finish(Http2Stream stream, ReadOnlySpan<byte> end)
    {
        Output.Enqueue(end);
        if (!stream.IsHalfClosed)
        {
            // Nothing more of it is wanted (section 8.1).
            SendReset(stream.Id, Http2Error.None);
        }

        Remove(stream, new IOException("the stream has ended"));
    }

    /// <summary>Ends a stream from our side. Not under the lock, as all that follows.</summary>
    public void End(Http2Stream stream, Func<bool, byte[]> end)
    {
        lock (Output.Lock)
        {
            stream.SetEnd(end, _host.Clock.GetTimestamp());
            _hasEnding |= stream.EndsSince is not null;
        }

        Output.Run();
    }

    /// <summary>Ends a stream without a status; if its client takes nothing, the connection.</summary>
    public void Abort(Http2Stream stream)
    {
        bool isStuck;
        lock (Output.Lock)
        {
            isStuck = Output.IsSending && stream.IsInFlight;
            if (!isStuck && Find(stream.Id) == stream)
            {
                Reset(stream, Http2Error.Cancel);
            }
        }

        if (isStuck)
        {
            Lose(new IOException("the client takes nothing"));
        }
        else
        {
            Output.RunLater();
        }
    }

    /// <summary>
    /// Tells the client to open its next streams elsewhere (GOAWAY). When its last stream ends, it is the client that closes the connection, if
    /// it does in time: some clients take the end of a connection for that of a stream whose status they have and have not read.
    /// </summary>
    public void Retire()
    {
        lock (Output.Lock)
        {
            if (_isRetired)
            {
                return;
            }

            _isRetired = true;
            SendGoAway(Http2Error.None);
            if (_retired is { } retired)
            {
                _ = retired.CancelAsync();
            }
        }

        Output.RunLater();
    }

    /// <summary>Everything in line is sent.</summary>
    public void SentAll()
    {
        if (!Volatile.Read(ref _isDueToClose) || Volatile.Read(ref _isClosing))
        {
            return;
        }

        lock (Output.Lock)
        {
            if (_isClosing || _streams.Count > 0 || !Output.IsIdle || _isLost)
            {
                return;
            }

            _isClosing = true;
            // Nothing can follow the end, and what is asked for behind it gets no answer: to fail to send one would cut the end off.
            Output.Break();
        }

        _ = _wire.CloseAsync();
    }

    /// <summary>Looks whether the client is still there, and whether it should be.</summary>
    public void Check(long now)
    {
        if (Volatile.Read(ref _hasEnding))
        {
            AbortOverdue(now);
        }

        bool hasStreams;
        bool isRetired;
        lock (Output.Lock)
        {
            (hasStreams, isRetired) = (_streams.Count > 0, _isRetired);
        }

        switch (_keepAlive.Check(now, _host.Clock, hasStreams, isRetired))
        {
            case KeepAliveStep.Ask:
                Span<byte> ping = stackalloc byte[FrameHeader.Size + 8];
                ping.Clear();
                FrameHeader.Write(ping, 8, FrameType.Ping, 0, 0);
                lock (Output.Lock)
                {
                    Output.Enqueue(ping);
                }

                Output.Run();
                break;
            case KeepAliveStep.SendAway:
                Retire();
                break;
            case KeepAliveStep.Close:
                Volatile.Write(ref _isDueToClose, true);
                Output.Run();
                break;
            case KeepAliveStep.GiveUp:
                Lose(_keepAlive.Loss ?? new IOException("the connection was closed"));
                break;
        }
    }

    /// <summary>The connection is gone, or to be gone at once.</summary>
    public void Lose(Exception loss)
    {
        Http2Stream[] streams;
        lock (Output.Lock)
        {
            if (_isLost)
            {
                return;
            }

            _isLost = true;
            Output.Break();
            streams = [.. _streams.Values];
            foreach (var stream in streams)
            {
                stream.Close(loss);
            }

            _streams.Clear();
        }

        _wire.Dispose();
        foreach (var stream in streams)
        {
            stream.Lost();
        }
    }

    private async Task ReadAsync()
    {
        Exception? loss = null;
        try
        {
            while (true)
            {
                if (_first is not null)
                {
                    var first = await _wire.Stream.ReadAsync(_first).ConfigureAwait(false);
                    Hear(_first.AsSpan(0, first));
                    if (first == 0)
                    {
                        break;
                    }

                    if (first < _first.Length || _wire.Socket.Available == 0)
                    {
                        continue;
                    }
                }
                else
                {
                    // Nothing is held while nothing comes: TLS takes a buffer of its own for any other read.
                    await _wire.Stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                using var block = _host.Blocks.Rent();
                var read = await _wire.Stream.ReadAsync(block.Memory).ConfigureAwait(false);
                Hear(block.Memory.Span[..read]);
                if (read == 0)
                {
                    break;
                }
            }
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            loss = lost;
        }
        catch (Exception fault)
        {
            _host.Log.Fault(Client.Peer, fault);
            loss = new IOException("internal error", fault);
        }
        finally
        {
            _reader.Release();
            _input.Release();
            Lose(_keepAlive.Loss ?? loss ?? new IOException("the client closed the connection"));
        }
    }

    /// <summary>Ends the streams that have ended here and whose client does not take what is left: nobody else looks after them.</summary>
    private void AbortOverdue(long now)
    {
        List<Http2Stream>? overdue = null;
        lock (Output.Lock)
        {
            _hasEnding = false;
            foreach (var (_, stream) in _streams)
            {
                if (stream.EndsSince is { } since)
                {
                    _hasEnding = true;
                    if (_host.Clock.GetElapsedTime(since, now) >= _host.Options.WriteTimeout)
                    {
                        (overdue ??= []).Add(stream);
                    }
                }
            }
        }

        overdue?.ForEach(Abort);
    }

    private void Hear(ReadOnlySpan<byte> bytes)
    {
        _keepAlive.Heard(_host.Clock.GetTimestamp());
        Consume(bytes);
    }

    private void Consume(ReadOnlySpan<byte> bytes)
    {
        if (_isFailing)
        {
            return;
        }

        try
        {
            _reader.Consume(bytes);
            if (Output.IsFlooded)
            {
                throw new Http2Exception(Http2Error.EnhanceYourCalm, "answers are not taken");
            }
        }
        catch (Http2Exception broken)
        {
            _host.Log.Broken(Client.Peer, broken.Error, broken.Message);
            Fail(broken.Error);
        }

        Output.Run();
    }

    /// <summary>Tells the client what it did, and ends the connection once that is sent. What still comes is read and ignored.</summary>
    private void Fail(Http2Error error)
    {
        Http2Stream[] streams;
        var loss = new IOException($"the client broke the protocol: {error}");
        lock (Output.Lock)
        {
            _isFailing = _isRetired = true;
            SendGoAway(error);
            streams = [.. _streams.Values];
            foreach (var stream in streams)
            {
                stream.Close(loss);
            }

            _streams.Clear();
        }

        Volatile.Write(ref _isDueToClose, true);
        // Also if it does not take that: it may send for ever, and what sends is never silent.
        _keepAlive.Closing(_host.Clock.GetTimestamp());
        foreach (var stream in streams)
        {
            stream.Lost();
        }
    }

    private void SendReset(int id, Http2Error error)
    {
        _reset.Add(id);
        Output.Enqueue(FrameType.ResetStream, id, (int)error);
    }

    private void SendGoAway(Http2Error error)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + 8];
        FrameHeader.Write(frame, 8, FrameType.GoAway, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], LastStreamId);
        BinaryPrimitives.WriteInt32BigEndian(frame[(FrameHeader.Size + 4)..], (int)error);
        Output.Enqueue(frame);
    }
}
