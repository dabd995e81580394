using System.IO.Pipelines;
using Mesh.Server.Ads.Streams;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Server.Ads.Admission;

/// <summary>
/// Lets some TLS handshakes begin at a time. A handshake costs milliseconds: when thousands begin together, all of them end late, and what
/// takes longer than the limit fails and comes again, for ever. Here each is short, and its time begins when its turn comes.
/// </summary>
internal sealed class HandshakeGate
{
    /// <summary>How long a handshake keeps the next one out: a client that is slow, or wants to be, must not hold up others.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _clock;
    private readonly TimeSpan _firstByte;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _line = new();
    private int _free;

    /// <summary>A gate.</summary>
    /// <param name="places">Handshakes at a time.</param>
    /// <param name="firstByte">How long a client may be silent before it says hello.</param>
    /// <param name="clock">Its time.</param>
    public HandshakeGate(int places, TimeSpan firstByte, TimeProvider clock)
    {
        _free = places;
        _firstByte = firstByte;
        _clock = clock;
    }

    /// <summary>Handshakes that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>Puts the gate before the TLS of an endpoint. <see cref="UseBehind"/> belongs behind it.</summary>
    public void UseBefore(ListenOptions listen) => listen.Use(next => async connection =>
    {
        if (!await HasSpokenAsync(connection).ConfigureAwait(false))
        {
            return;
        }

        await EnterAsync().ConfigureAwait(false);
        using var place = new Place(this);
        connection.Features.Set(place);
        await next(connection).ConfigureAwait(false);
    });

    /// <summary>The handshake is done: the next one may begin.</summary>
    public static void UseBehind(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Get<Place>()?.Dispose();
        connection.Features.Set<Place>(null);
        return next(connection);
    });

    /// <summary>Waits for a place.</summary>
    internal Task EnterAsync()
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _line.Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>The place that <see cref="EnterAsync"/> gave: given back when it is disposed of, or has been held for too long.</summary>
    internal IDisposable TakePlace() => new Place(this);

    internal void Leave()
    {
        lock (_lock)
        {
            if (_line.TryDequeue(out var next))
            {
                next.SetResult();
            }
            else
            {
                _free++;
            }
        }
    }

    /// <summary>Waits for the first byte: who says nothing needs no place. False: it said nothing.</summary>
    private async Task<bool> HasSpokenAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        using var impatience = _clock.CreateTimer(static pipe => ((PipeReader)pipe!).CancelPendingRead(), input, _firstByte, Timeout.InfiniteTimeSpan);
        try
        {
            var read = await input.ReadAsync(connection.ConnectionClosed).ConfigureAwait(false);
            var hasSpoken = !read.Buffer.IsEmpty;
            input.AdvanceTo(read.Buffer.Start);
            return hasSpoken;
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            return false;
        }
    }

    private sealed class Place : IDisposable
    {
        private readonly HandshakeGate _gate;
        private readonly ITimer _timer;
        private int _isHeld = 1;

        public Place(HandshakeGate gate)
        {
            _gate = gate;
            _timer = gate._clock.CreateTimer(static place => ((Place)place!).Dispose(), this, _patience, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isHeld, 0) == 1)
            {
                _timer?.Dispose();
                _gate.Leave();
            }
        }
    }
}
