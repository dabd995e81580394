using System.Buffers;
using System.IO.Pipelines;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Ads;

/// <summary>
/// One discovery stream between Kestrel's pipes and its session. Two loops: one reads requests into the session, one is woken
/// and writes what the session has to say; the session is touched under <see cref="_lock"/> only, which is never held over an
/// await or a write to the network.
/// </summary>
internal sealed class AdsStream : ISnapshotListener, IAdsStreamOwner, IAsyncDisposable
{
    private readonly AdsHost _host;
    private readonly HttpContext _context;
    private readonly StreamKind _kind;
    private readonly long _id;
    private readonly Lock _lock = new();
    private readonly AdsSession _session;
    private readonly AsyncSignal _wake = new();
    // Not disposed: whoever ends the stream may come late, and without a timer it holds nothing.
    private readonly CancellationTokenSource _ending = new();
    private readonly GrpcFrames _frames;

    // Set once before the loops start.
    private IProxyConnection? _connection;
    private SnapshotCell? _cell;

    // The writing loop's alone.
    private ITimer? _timer;

    // First reason wins; read when both loops are done.
    private EndOfStream? _end;

    public AdsStream(AdsHost host, HttpContext context, StreamKind kind, long id)
    {
        _host = host;
        _context = context;
        _kind = kind;
        _id = id;
        _frames = new GrpcFrames(context.Request.BodyReader, host.Options.MaxRequestSize);
        _session = kind == StreamKind.Delta
            ? new DeltaSession(host.Engine, host.Types, host.Options.Protocol, this)
            : new StateSession(host.Engine, host.Types, host.Options.Protocol, this);
    }

    /// <summary>Serves the stream until it ends, and says why it did.</summary>
    public async Task<EndOfStream> RunAsync(IStreamIdentity identity)
    {
        try
        {
            if (!await OpenAsync(identity))
            {
                return _end ?? EndOfStream.ByPeer;
            }

            using var expiry = ExpiryTimer(identity);
            var writing = WriteAsync();
            await ReadAsync();
            await _ending.CancelAsync();
            _wake.Set();
            await writing;
            return _end!;
        }
        catch (AdsProtocolException refused)
        {
            return EndOfStream.Refused(refused.Status, refused.Message);
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            return EndOfStream.Lost(lost);
        }
    }

    /// <summary>Ends the stream from our side.</summary>
    public void End(EndOfStream end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        _ending.Cancel();
        _wake.Set();
    }

    public async ValueTask DisposeAsync()
    {
        _cell?.Detach(this);
        _frames.Done();
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        lock (_lock)
        {
            _session.Dispose();
        }

        _connection?.Ended((_end ?? EndOfStream.ByPeer).Reason);
    }

    /// <summary>Reads the first message and lets the client in. False: it left before.</summary>
    private async Task<bool> OpenAsync(IStreamIdentity identity)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, _context.RequestAborted);
        using var timer = _host.Clock.CreateTimer(_ => patience.Cancel(), null, _host.Options.FirstMessageTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            if (!await _frames.ReadAsync(patience.Token))
            {
                return false;
            }
        }
        catch (OperationCanceledException) when (!_context.RequestAborted.IsCancellationRequested && _end is null)
        {
            throw new AdsProtocolException(GrpcStatusCode.DeadlineExceeded, "no first message");
        }

        TakeRequest();
        await identity.AuthorizeAsync(_session.Node!, _ending.Token);
        var stream = new ProxyStream(_id, _kind, _session, _lock, identity, _host.Clock.GetUtcNow());
        var connection = await _host.Registry.ConnectAsync(stream, _ending.Token);
        _connection = connection;
        _host.Streams.Add(stream);
        _cell = _host.Engine.Attach(connection.ProxyId, this);
        lock (_lock)
        {
            _session.Serve(_cell);
        }

        _host.Log.Opened(_id, _kind, _session.Node!.Id);
        _wake.Set();
        return true;
    }

    private async Task ReadAsync()
    {
        var end = EndOfStream.ByPeer;
        try
        {
            while (await _frames.ReadAsync(_ending.Token))
            {
                TakeRequest();
                _wake.Set();
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
        finally
        {
            Interlocked.CompareExchange(ref _end, end, null);
        }
    }

    private void TakeRequest()
    {
        lock (_lock)
        {
            _session.Receive(_frames.Current, Now);
        }

        _frames.Done();
        _host.Metrics.Requests.Add(1);
    }

    private async Task WriteAsync()
    {
        var output = _context.Response.BodyWriter;
        try
        {
            while (Volatile.Read(ref _end) is null)
            {
                if (TryWriteOne(output))
                {
                    if (!await FlushAsync(output))
                    {
                        return;
                    }
                }
                else
                {
                    SetTimer();
                    await _wake.WaitAsync();
                }
            }
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            // The reading loop sees the same loss, and its reason.
        }
        catch (Exception fault)
        {
            _host.Log.Fault(_id, _session.Node?.Id, fault);
            End(EndOfStream.Refused(GrpcStatusCode.Internal, "internal error"));
        }
    }

    private bool TryWriteOne(IBufferWriter<byte> output)
    {
        lock (_lock)
        {
            var before = _session.ResponseBytes;
            if (!_session.TryWrite(output, Now))
            {
                return false;
            }

            _host.Metrics.Responses.Add(1);
            _host.Metrics.ResponseBytes.Add(_session.ResponseBytes - before);
            return true;
        }
    }

    /// <summary>Hands the response over. False when the client takes nothing for so long that the stream is cut.</summary>
    private async ValueTask<bool> FlushAsync(PipeWriter output)
    {
        var flush = output.FlushAsync(_ending.Token);
        if (flush.IsCompletedSuccessfully)
        {
            return !flush.Result.IsCompleted;
        }

        using var slow = _host.Clock.CreateTimer(_ => Cut(), null, _host.Options.WriteTimeout, Timeout.InfiniteTimeSpan);
        var result = await flush;
        return !result.IsCompleted;
    }

    private void Cut()
    {
        _host.Log.WriteTimeout(_id, _session.Node?.Id);
        _host.Metrics.WriteTimeouts.Add(1);
        End(EndOfStream.Silent);
        _context.Abort();
    }

    /// <summary>Wakes the writing loop at the session's next deadline.</summary>
    private void SetTimer()
    {
        long deadline;
        lock (_lock)
        {
            deadline = _session.NextDeadline;
        }

        if (deadline == AdsSession.Never)
        {
            return;
        }

        _timer ??= _host.Clock.CreateTimer(static stream => ((AdsStream)stream!)._wake.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, deadline - Now)), Timeout.InfiniteTimeSpan);
    }

    private ITimer? ExpiryTimer(IStreamIdentity identity)
    {
        if (identity.ExpiresAt is not { } expiry)
        {
            return null;
        }

        var jitter = _host.Options.ExpiryWindow * Random.Shared.NextDouble();
        var due = expiry - _host.Clock.GetUtcNow() + jitter;
        var end = EndOfStream.ByServer(GrpcStatusCode.Unauthenticated, "the credential has expired");
        return _host.Clock.CreateTimer(_ => End(end), null, Clamp(due), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Clamp(TimeSpan due) =>
        due < TimeSpan.Zero ? TimeSpan.Zero : due > TimeSpan.FromDays(40) ? Timeout.InfiniteTimeSpan : due;

    private long Now => _host.Milliseconds;

    void ISnapshotListener.SnapshotChanged() => _wake.Set();

    void IAdsStreamOwner.NodeChanged(ClientNode node) => _connection?.NodeChanged(node);

    void IAdsStreamOwner.Accepted(XdsType type, int resources)
    {
        _host.Metrics.Accepted.Add(1, new KeyValuePair<string, object?>("type", type.ShortName));
        _connection?.Accepted(type, resources);
    }

    void IAdsStreamOwner.Rejected(XdsRejection rejection)
    {
        _host.Metrics.Rejected.Add(1, new KeyValuePair<string, object?>("type", rejection.Type.ShortName));
        _host.Log.Rejected(_id, _session.Node?.Id, rejection);
        _connection?.Rejected(rejection);
    }

    bool IAdsStreamOwner.IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) =>
        _connection?.IsStillGood(type, name, heldVersion, currentVersion) ?? false;

    void IAdsStreamOwner.EmptyingHeldBack(XdsType type)
    {
        _host.Log.EmptyingHeldBack(_id, _session.Node?.Id, type.ShortName);
        _connection?.EmptyingHeldBack(type);
    }

    void IAdsStreamOwner.ResourceTooLarge(XdsType type, string name, int bytes)
    {
        _host.Log.ResourceTooLarge(_id, _session.Node?.Id, type.ShortName, name, bytes);
        _connection?.ResourceTooLarge(type, name, bytes);
    }
}
