using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Pushing;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Streams;

/// <summary>
/// One discovery stream between the pipes of its exchange and its session. Two loops: one reads requests into the session, one is woken
/// and writes what the session has to say; the session is touched under a lock only, which is never held over an
/// await or a write to the network. Once it is open, a request or a push allocates nothing.
/// </summary>
internal sealed class AdsStream : StreamLink, ISnapshotListener, IDisposable
{
    /// <summary>
    /// Pieces of a large response that are written in one turn, if the client takes them as fast: were it one, all of many large responses would be complete at
    /// the same time, when the last one is.
    /// </summary>
    private const int PiecesInTurn = 4;

    private readonly StreamKind _kind;
    private readonly long _id;
    private readonly AdsSession _session;
    private readonly StreamReports _reports;

    // Set once before the loops start.
    private SnapshotCell? _cell;

    // While the stream opens. Not disposed: whoever ends the stream may come late, and without a timer it holds nothing.
    private CancellationTokenSource? _opening = new();
    private StreamPlace? _place;

    // The writing loop's alone.
    private ITimer? _timer;

    // Since when a flush waits for the client; 0: none does.
    private long _waitsSince;

    public AdsStream(AdsHost host, GrpcExchange exchange, StreamKind kind, long id)
        : base(host, exchange)
    {
        _kind = kind;
        _id = id;
        _place = host.Admission.TakePlace();
        _reports = new StreamReports(host, id);
        _session = kind == StreamKind.Delta
            ? new DeltaSession(host.Engine, host.Types, host.Options.Protocol, _reports)
            : new StateSession(host.Engine, host.Types, host.Options.Protocol, _reports);
    }

    /// <summary>The stream as the control plane sees it; null before its first message.</summary>
    public ProxyStream? Proxy { get; private set; }

    /// <summary>Since when its client takes nothing of what is there for it, a timestamp; null: nothing is.</summary>
    public long? WaitsSince => Volatile.Read(ref _waitsSince) is var since and not 0 ? since : null;

    /// <summary>Serves the stream until it ends, and says why it did.</summary>
    public async Task<EndOfStream> RunAsync(IStreamIdentity identity)
    {
        var end = await ServeAsync(identity);

        // Half a message is not well, whoever ended the stream: clients see that it is none, and come again.
        return _session.IsMidResponse && end.Status == GrpcStatusCode.Ok
            ? end with { Status = GrpcStatusCode.Unavailable, Message = "ended within a response" }
            : end;
    }

    private async Task<EndOfStream> ServeAsync(IStreamIdentity identity)
    {
        try
        {
            if (!await OpenAsync(identity))
            {
                return Ending ?? EndOfStream.ByPeer;
            }

            using var expiry = StreamLife.EndAtExpiry(this, identity, Host.Options, Host.Clock);
            using var age = StreamLife.RetireAtAge(this, Host.Options, Host.Clock);
            var writing = WriteAsync();
            await ReadAsync();
            StopWaiting();
            await writing;
            return Ending!;
        }
        catch (AdsProtocolException refused)
        {
            return Ending ?? EndOfStream.Refused(refused.Status, refused.Message);
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            return Ending ?? EndOfStream.Lost(lost);
        }
        catch (Exception fault)
        {
            SetEnd(Fault(fault));
            return Ending!;
        }
    }

    /// <summary>Ends the stream and its connection: the client takes nothing.</summary>
    public void Cut()
    {
        Host.Log.WriteTimeout(_id, _session.Node?.Id);
        Host.Metrics.WriteTimeouts.Add(1);
        Abort(EndOfStream.Silent);
    }

    public void Dispose()
    {
        _cell?.Detach(this);
        GivePlace();
        Frames.Done();
        // What it still calls is not minded.
        _timer?.Dispose();
        lock (Lock)
        {
            Close();
            _session.Dispose();
        }

        _reports.Connection?.Ended((Ending ?? EndOfStream.ByPeer).Reason);
    }

    /// <summary>Reads the first message and lets the client in. False: it left before.</summary>
    private async Task<bool> OpenAsync(IStreamIdentity identity)
    {
        var opening = _opening!;
        // Clients say it in one breath with the call: then there is nothing to wait for.
        var first = Frames.TakeNext();
        if (first == FrameRead.End || (first == FrameRead.Incomplete && !await WaitForFirstAsync(opening)))
        {
            return false;
        }

        TakeRequest();
        await identity.AuthorizeAsync(_session.Node!, opening.Token);
        var stream = new ProxyStream(this, _id, _kind, _session, Lock, identity, Host.Clock);
        var connection = await Host.Registry.ConnectAsync(stream, opening.Token);
        _reports.Take(connection, stream);
        Wake.ChangeLane(WriteTurns.LaneOf(_session.Node!.Id));
        Proxy = stream;
        _cell = Host.Engine.Attach(connection.ProxyId, this);
        lock (Lock)
        {
            _opening = null;
            _session.Serve(_cell);
        }

        Host.Log.Opened(_id, _kind, _session.Node!.Id);
        Wake.Set();
        return true;
    }

    /// <summary>Waits for the first message. False: the client left before.</summary>
    private async Task<bool> WaitForFirstAsync(CancellationTokenSource opening)
    {
        using var impatience = Host.Clock.CreateTimer(static opening => ((CancellationTokenSource)opening!).Cancel(), opening, Host.Options.FirstMessageTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            var isThere = await Frames.ReadAsync(opening.Token);
            // What lets a client in may take a while, and who brought the message reads from others as well.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return isThere;
        }
        catch (OperationCanceledException) when (!IsAborted && Ending is null)
        {
            throw new AdsProtocolException(GrpcStatusCode.DeadlineExceeded, "no first message");
        }
    }

    private protected override void StopOpening() => _ = _opening?.CancelAsync();

    /// <summary>What the stream came for is on its way, or it ends: the next one may come in.</summary>
    private void GivePlace() => Interlocked.Exchange(ref _place, null)?.Dispose();

    private async Task ReadAsync()
    {
        var end = EndOfStream.ByPeer;
        try
        {
            while (Ending is null)
            {
                var read = Frames.Take(await Frames.MoreAsync());
                if (read == FrameRead.End)
                {
                    break;
                }

                if (read == FrameRead.Message && TakeRequest())
                {
                    Wake.Set();
                }
            }
        }
        catch (AdsProtocolException refused)
        {
            end = EndOfStream.Refused(refused.Status, refused.Message);
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            end = EndOfStream.Lost(lost);
        }
        catch (Exception fault)
        {
            end = Fault(fault);
        }
        finally
        {
            SetEnd(end);
        }
    }

    /// <summary>Gives the message just read to the session. True: the writing loop is to look at it.</summary>
    private bool TakeRequest()
    {
        bool isDue;
        lock (Lock)
        {
            _session.Receive(Frames.Current, Now);
            isDue = _session.IsDue();
        }

        Frames.Done();
        Host.Metrics.Requests.Add(1);
        return isDue;
    }

    private async Task WriteAsync()
    {
        var pieces = 0;
        try
        {
            while (Ending is null)
            {
                if (!TryWriteOne(out var deadline, out var isMidResponse))
                {
                    SetTimer(deadline);
                    await Wake.WaitAsync();
                    continue;
                }

                var flush = Output.FlushAsync();
                if (!flush.IsCompleted)
                {
                    Interlocked.Exchange(ref _waitsSince, Math.Max(1, Host.Clock.GetTimestamp()));
                    Host.Flushes.Watch();
                    if (Ending is not null)
                    {
                        // Whoever ended the stream may have found no flush to cancel: it had not begun.
                        Output.CancelPendingFlush();
                    }
                }

                var isGone = (await flush).IsCompleted;
                Volatile.Write(ref _waitsSince, 0);
                if (isGone)
                {
                    return;
                }

                pieces = isMidResponse ? pieces + 1 : 0;
                if (pieces == PiecesInTurn)
                {
                    // Others have something to write too.
                    pieces = 0;
                    await Wake.YieldAsync();
                }
            }
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            // The reading loop sees the same loss, and its reason.
        }
        catch (Exception fault)
        {
            End(Fault(fault));
        }
        finally
        {
            Volatile.Write(ref _waitsSince, 0);
        }
    }

    /// <summary>How the stream ends by a fault of ours, which says nothing of the proxy.</summary>
    private EndOfStream Fault(Exception fault)
    {
        Host.Log.Fault(_id, _session.Node?.Id, fault);
        return EndOfStream.Refused(GrpcStatusCode.Internal, "internal error");
    }

    private bool TryWriteOne(out long deadline, out bool isMidResponse)
    {
        bool isWritten;
        lock (Lock)
        {
            var before = _session.ResponseBytes;
            isWritten = _session.TryWrite(Output, Now);
            deadline = _session.NextDeadline;
            isMidResponse = _session.IsMidResponse;
            if (isWritten)
            {
                Host.Metrics.Responses.Add(isMidResponse ? 0 : 1);
                Host.Metrics.ResponseBytes.Add(_session.ResponseBytes - before);
            }
        }

        if (_place is not null && (isWritten || _cell!.HasSnapshot))
        {
            GivePlace();
        }

        return isWritten;
    }

    /// <summary>Wakes the writing loop at the session's next deadline.</summary>
    private void SetTimer(long deadline)
    {
        if (deadline == AdsSession.Never)
        {
            return;
        }

        _timer ??= Host.Clock.CreateTimer(static stream => ((AdsStream)stream!).Wake.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, deadline - Now)), Timeout.InfiniteTimeSpan);
    }

    private long Now => Host.Milliseconds;

    void ISnapshotListener.SnapshotChanged() => Wake.Set();
}
