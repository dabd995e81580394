using System.Buffers.Binary;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Sockets;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// One connection of a client (RFC 9113), server side: a loop that reads, a <see cref="ConnectionOutput"/> that sends, and streams. It keeps no
/// buffer while nothing comes and nothing goes. Its state, and that of its streams, is guarded by the lock of the output.
/// </summary>
internal sealed class Http2Connection : IWatched
{
    private readonly Http2Host _host;
    private readonly Wire _wire;
    private readonly ConnectionInput _input;
    private readonly FrameReader _reader;
    private readonly KeepAlive _keepAlive;

    private CancellationTokenSource? _retired;
    private WatchPlace _watchPlace;

    // The reading loop's: the stream that was opened last, until the bytes with its first message are taken too.
    private (Http2Stream Stream, string Path)? _opened;
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
        Output = new ConnectionOutput(this, wire.Stream, host.Buffers);
        Streams = new StreamTable(Output);
        _keepAlive = new KeepAlive(host.Options, host.Clock.GetTimestamp());
        _input = new ConnectionInput(this);
        _reader = new FrameReader(_input, host.Buffers);
        lock (Output.Lock)
        {
            // Before anybody can tell it to say something else: this comes first (section 3.4).
            Output.Enqueue(Http2Settings.Ours);
        }
    }

    /// <summary>Whose it is; null: nobody looks after it.</summary>
    public IHttp2Listener? Listener { get; init; }

    ref WatchPlace IWatched.Place => ref _watchPlace;

    public ClientLink Client { get; }

    public ConnectionOutput Output { get; }

    public FrameBudget Budget { get; }

    public TransportBuffers Buffers => _host.Buffers;

    /// <summary>Its streams, and what may be sent on them.</summary>
    public StreamTable Streams { get; }

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
    /// <param name="begin">What was read of it already, behind the preface; not needed any more on return.</param>
    /// <param name="first">Its first header block, if that was decoded already.</param>
    /// <param name="wasAnswered">Whether an empty SETTINGS frame was sent.</param>
    public Task RunAsync(ReadOnlySpan<byte> begin, FirstHead? first, bool wasAnswered)
    {
        _input.Expect(first, settings: wasAnswered ? 2 : 1);
        try
        {
            Consume(begin);
            if (_opened is { } opened)
            {
                // On this thread, which met the client and has nothing else to do.
                _opened = null;
                _ = opened.Stream.ServeAsync(_host, opened.Path);
            }
        }
        catch (Exception fault)
        {
            _host.Log.Fault(Client.Peer, fault);
            Lose(new IOException("internal error", fault));
        }

        _wire.GoOnInline();
        return ReadAsync();
    }

    /// <summary>The client opens a stream.</summary>
    public void Open(int id, RequestHead head, bool endsStream, bool dependsOnItself)
    {
        var stream = new Http2Stream(this, id, head, Streams.InitialWindow);
        lock (Output.Lock)
        {
            Streams.LastId = id;
            var error = dependsOnItself || !head.IsWellFormed || (endsStream && !stream.TryHalfClose(out _)) ? Http2Error.Protocol
                : _isRetired || Streams.Count >= Http2Settings.MaxStreams ? Http2Error.RefusedStream : Http2Error.None;
            if (error != Http2Error.None && !head.IsTooLarge)
            {
                Streams.SendReset(id, error);
                return;
            }

            if (_isLost)
            {
                return;
            }

            Streams.Add(stream);
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
            StartLater();
            _opened = (stream, head.Path!);
        }
    }

    /// <summary>The client does something that leads to nothing.</summary>
    /// <exception cref="Http2Exception">Too often.</exception>
    public void Spend(int cost)
    {
        if (!Budget.TrySpend(cost))
        {
            throw new Http2Exception(Http2Error.EnhanceYourCalm, "too much is asked for that leads to nothing");
        }
    }

    /// <summary>
    /// Resets a stream whose client breaks its rules. That costs as much as if the client had reset it: it could have meant to. Under the lock.
    /// </summary>
    /// <exception cref="Http2Exception">Too often.</exception>
    public void Refuse(Http2Stream stream, Http2Error error)
    {
        Streams.Reset(stream, error);
        Spend(FrameBudget.OfReset);
    }

    /// <summary>Ends a stream from our side.</summary>
    public void End(Http2Stream stream, Func<bool, byte[]> end)
    {
        bool isWaiting;
        lock (Output.Lock)
        {
            stream.SetEnd(end, _host.Clock.GetTimestamp());
            isWaiting = stream.EndsSince is not null;
            _hasEnding |= isWaiting;
        }

        if (isWaiting)
        {
            Listener?.LookSoon(this);
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
            if (!isStuck && Streams.Find(stream.Id) == stream)
            {
                Streams.Reset(stream, Http2Error.Cancel);
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

        Listener?.LookSoon(this);
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
            if (_isClosing || Streams.Count > 0 || !Output.IsIdle || _isLost)
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
    public TimeSpan Check(long now)
    {
        if (Volatile.Read(ref _hasEnding))
        {
            AbortOverdue(now);
        }

        bool hasStreams;
        bool isRetired;
        lock (Output.Lock)
        {
            (hasStreams, isRetired) = (Streams.Count > 0, _isRetired);
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

        return isRetired || Volatile.Read(ref _hasEnding) ? TimeSpan.Zero : _keepAlive.Rest(now, _host.Clock, hasStreams);
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
            streams = Streams.CloseAll(loss);
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
                // Nothing is held while nothing comes.
                await _wire.Stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
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
            Listener?.Ended(this);
        }
    }

    /// <summary>Ends the streams that have ended here and whose client does not take what is left: nobody else looks after them.</summary>
    private void AbortOverdue(long now)
    {
        List<Http2Stream>? overdue;
        lock (Output.Lock)
        {
            overdue = Streams.FindOverdue(_host.Options.WriteTimeout, _host.Clock, now, out _hasEnding);
        }

        overdue?.ForEach(Abort);
    }

    private void Hear(ReadOnlySpan<byte> bytes)
    {
        _keepAlive.Heard(_host.Clock.GetTimestamp());
        Consume(bytes);
        StartLater();
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

    /// <summary>
    /// Serves the stream that was opened last: now and not before, for mostly its first message has come with it, and need not be waited for. On another
    /// thread: streams that come together are let in by several, and who reads from others as well goes on to do so.
    /// </summary>
    private void StartLater()
    {
        if (_opened is { } opened)
        {
            _opened = null;
            ThreadPool.UnsafeQueueUserWorkItem(
                static call => _ = call.Stream.ServeAsync(call.Host, call.Path), (opened.Stream, Host: _host, opened.Path), preferLocal: false);
        }
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
            streams = Streams.CloseAll(loss);
        }

        Volatile.Write(ref _isDueToClose, true);
        // Also if it does not take that: it may send for ever, and what sends is never silent.
        _keepAlive.Closing(_host.Clock.GetTimestamp());
        Listener?.LookSoon(this);
        foreach (var stream in streams)
        {
            stream.Lost();
        }
    }

    private void SendGoAway(Http2Error error)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + 8];
        FrameHeader.Write(frame, 8, FrameType.GoAway, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], Streams.LastId);
        BinaryPrimitives.WriteInt32BigEndian(frame[(FrameHeader.Size + 4)..], (int)error);
        Output.Enqueue(frame);
    }
}
