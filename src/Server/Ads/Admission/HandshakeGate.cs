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
    private readonly TimeProvider _clock;
    private readonly TimeSpan _firstByte;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _line = new();
    private readonly int _maxWaiting;
    private int _free;

    /// <summary>A gate.</summary>
    /// <param name="places">Handshakes at a time.</param>
    /// <param name="maxWaiting">Handshakes that wait for their turn; who comes then is sent away.</param>
    /// <param name="firstByte">How long a client may be silent before it says hello.</param>
    /// <param name="clock">Its time.</param>
    public HandshakeGate(int places, int maxWaiting, TimeSpan firstByte, TimeProvider clock)
    {
        _free = places;
        _maxWaiting = maxWaiting;
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

        try
        {
            await EnterAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            return;
        }

        using var place = TakePlace();
        connection.Features.Set(place);
        await next(connection).ConfigureAwait(false);
    });

    /// <summary>The handshake is done: the next one may begin.</summary>
    public static void UseBehind(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Get<HandshakePlace>()?.Dispose();
        connection.Features.Set<HandshakePlace>(null);
        return next(connection);
    });

    /// <summary>Waits for a place.</summary>
    /// <exception cref="IOException">The line is too long.</exception>
    internal Task EnterAsync()
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            if (_line.Count >= _maxWaiting)
            {
                return Task.FromException(new IOException("too many handshakes wait for their turn"));
            }

            var turn = new TaskCompletionSource();
            _line.Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>The place that <see cref="EnterAsync"/> gave: given back when it is disposed of, or has been held for too long.</summary>
    internal HandshakePlace TakePlace() => new(this, _clock);

    internal void Leave()
    {
        TaskCompletionSource? next;
        lock (_lock)
        {
            if (!_line.TryDequeue(out next))
            {
                _free++;
                return;
            }
        }

        // Behind what is there already: to go on with a handshake that was begun comes before the next one.
        ThreadPool.UnsafeQueueUserWorkItem(static next => next.SetResult(), next, preferLocal: false);
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
}
