using System.IO.Pipelines;
using System.Threading.Channels;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Relay;

/// <summary>
/// One delta stream of Envoy. While the control plane is there, its bytes and Envoy's pass unchanged, and what Envoy accepts is
/// noted. When it is not, an Envoy that has just started, or was starting, is served from what was noted until the control plane is
/// back; any other has its configuration, and is told that nobody is there.
/// </summary>
internal sealed class RelayStream : IDisposable
{
    private const int MaxRequest = 16 * 1024 * 1024;
    private const int MaxResponse = 256 * 1024 * 1024;
    private readonly AdsRelay _relay;
    private readonly HttpContext _context;
    private readonly RelayedStream _observed;
    private readonly Lock _lock = new();
    private readonly Channel<byte[]> _requests = Channel.CreateBounded<byte[]>(256);
    private readonly CancellationTokenSource _ending;

    // What Envoy asked for before anybody answered: a held session has to hear it too.
    private readonly List<byte[]> _early = [];
    private bool _isDecided;
    private long _notedRevision;
    private ITimer? _quiet;

    public RelayStream(AdsRelay relay, HttpContext context)
    {
        _relay = relay;
        _context = context;
        _observed = new RelayedStream(relay.Held.Current);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, relay.Stopping);
    }

    /// <summary>Serves until one side ends.</summary>
    public async Task<RelayStatus> RunAsync()
    {
        var reading = ReadEnvoyAsync();
        try
        {
            if (!await _requests.Reader.WaitToReadAsync(_ending.Token).ConfigureAwait(false))
            {
                return RelayStatus.Done;
            }

            var mayHold = IsIncomplete() && _relay.Held.Current.Count > 0;
            var (status, isAway) = await RelayAsync(mayHold).ConfigureAwait(false);
            if (isAway && mayHold && !_ending.IsCancellationRequested)
            {
                _relay.Log.ServedFromHeld(_relay.Held.Current.Count, status.Message);
                return await HoldAsync().ConfigureAwait(false);
            }

            return status;
        }
        catch (OperationCanceledException)
        {
            return new RelayStatus(RelayStatus.Unavailable, "the relay stops");
        }
        finally
        {
            await _ending.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _quiet?.Dispose();
        _ending.Dispose();
    }

    private static ReadOnlyMemory<byte> Message(byte[] frame) => frame.AsMemory(GrpcFrames.PrefixLength);

    /// <summary>Whether Envoy has just started, or had not got everything yet: its first message shows the former.</summary>
    private bool IsIncomplete()
    {
        _requests.Reader.TryPeek(out var first);
        var look = new RelayedStream(HeldConfiguration.Empty);
        look.Request(Message(first!).Span);
        if (look.IsFresh)
        {
            _relay.EnvoyIsWhole = false;
        }

        return !_relay.EnvoyIsWhole;
    }

    private async Task ReadEnvoyAsync()
    {
        try
        {
            var frames = new GrpcFrames(_context.Request.BodyReader, MaxRequest);
            while (await frames.ReadAsync(_ending.Token).ConfigureAwait(false) is { } frame)
            {
                await _requests.Writer.WriteAsync(frame, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (UpstreamChannel.IsLoss(e))
        {
            // Envoy is gone.
        }
        finally
        {
            _requests.Writer.TryComplete();
        }
    }

    /// <summary>Passes messages both ways. Away: nobody in charge was there to answer.</summary>
    private async Task<(RelayStatus Status, bool IsAway)> RelayAsync(bool mayHold)
    {
        using var phase = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        using var patience = mayHold ? _relay.Clock.CreateTimer(_ => EndUndecided(phase), null, _relay.Patience, Timeout.InfiniteTimeSpan) : null;
        using var call = _relay.Channel.Open(AdsRelay.DeltaMethod, phase.Token);
        var pumping = Task.CompletedTask;
        try
        {
            if (await call.ConnectAsync(phase.Token).ConfigureAwait(false) is { } upstream)
            {
                pumping = PumpAsync(call, upstream, phase.Token);
            }

            var frames = new GrpcFrames(await call.AnswerAsync(phase.Token).ConfigureAwait(false), MaxResponse);
            while (await frames.ReadAsync(phase.Token).ConfigureAwait(false) is { } frame)
            {
                _relay.ControlPlaneSpoke();
                lock (_lock)
                {
                    _isDecided = true;
                    _early.Clear();
                    _observed.Response(Message(frame));
                }

                await _context.Response.BodyWriter.WriteAsync(frame, phase.Token).ConfigureAwait(false);
            }

            var status = call.Status();
            return (status, !_isDecided && !status.IsRefusal);
        }
        catch (Exception e) when (UpstreamChannel.IsLoss(e))
        {
            var reason = e is OperationCanceledException ? $"no answer within {_relay.Patience.TotalSeconds:0.#} s" : (e.InnerException ?? e).Message;
            _relay.ControlPlaneLost(reason, _ending.IsCancellationRequested);
            return (new RelayStatus(RelayStatus.Unavailable, $"the control plane cannot be reached: {reason}"), !_isDecided);
        }
        finally
        {
            await phase.CancelAsync().ConfigureAwait(false);
            await pumping.ConfigureAwait(false);
        }
    }

    private void EndUndecided(CancellationTokenSource phase)
    {
        lock (_lock)
        {
            if (_isDecided)
            {
                return;
            }
        }

        try
        {
            phase.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    private async Task PumpAsync(UpstreamCall call, Stream upstream, CancellationToken cancellationToken)
    {
        try
        {
            while (await _requests.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_requests.Reader.TryRead(out var frame))
                {
                    Note(frame);
                    await upstream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
                }

                await upstream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            call.Complete();
        }
        catch (Exception e) when (UpstreamChannel.IsLoss(e))
        {
            // The reading side sees the same loss.
        }
    }

    private void Note(byte[] request)
    {
        HeldConfiguration? accepted = null;
        lock (_lock)
        {
            if (!_isDecided)
            {
                _early.Add(request);
            }

            _observed.Request(Message(request).Span);
            if (_observed.Revision == _notedRevision)
            {
                return;
            }

            if (_observed.IsSettled)
            {
                _notedRevision = _observed.Revision;
                accepted = _observed.Snapshot();
            }
            else
            {
                // A name that nobody has is never answered by some: then silence says that this was all.
                _quiet ??= _relay.Clock.CreateTimer(_ => NoteQuiet(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _quiet.Change(AdsRelay.Quiet, Timeout.InfiniteTimeSpan);
            }
        }

        if (accepted is not null)
        {
            _relay.Accepted(accepted);
        }
    }

    private void NoteQuiet()
    {
        HeldConfiguration accepted;
        lock (_lock)
        {
            if (!_observed.IsWhole || _observed.Revision == _notedRevision || _ending.IsCancellationRequested)
            {
                return;
            }

            _notedRevision = _observed.Revision;
            accepted = _observed.Snapshot();
        }

        _relay.Accepted(accepted);
    }

    /// <summary>Serves what is held until the control plane is back; the versions that Envoy then has are those of the control plane.</summary>
    private async Task<RelayStatus> HoldAsync()
    {
        var back = _relay.WaitForControlPlaneAsync(_ending.Token);
        var session = new HeldSession(ExpiredSecrets.Withheld(_relay.Held.Current, _relay.Clock.GetUtcNow(), _relay.Log));
        var output = _context.Response.BodyWriter;
        try
        {
            foreach (var request in _early)
            {
                await AnswerAsync(session, request, output).ConfigureAwait(false);
            }

            while (!back.IsCompleted)
            {
                var more = _requests.Reader.WaitToReadAsync(_ending.Token).AsTask();
                if (await Task.WhenAny(back, more).ConfigureAwait(false) == more)
                {
                    if (!await more.ConfigureAwait(false))
                    {
                        return RelayStatus.Done;
                    }

                    while (_requests.Reader.TryRead(out var request))
                    {
                        await AnswerAsync(session, request, output).ConfigureAwait(false);
                    }
                }
            }

            await back.ConfigureAwait(false);
            return RelayStatus.Done;
        }
        catch (AdsProtocolException e)
        {
            return new RelayStatus((int)e.Status, e.Message);
        }
    }

    private async ValueTask AnswerAsync(HeldSession session, byte[] request, PipeWriter output)
    {
        var answers = session.Take(Message(request).Span, output);
        if (session.Rejection.Length > 0)
        {
            _relay.Log.HeldRejected(session.Rejection);
        }

        if (answers)
        {
            await output.FlushAsync(_ending.Token).ConfigureAwait(false);
        }
    }
}
