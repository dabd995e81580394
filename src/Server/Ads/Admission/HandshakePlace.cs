namespace Mesh.Server.Ads.Admission;

/// <summary>A place of a <see cref="HandshakeGate"/>, until it is given back or was held for too long.</summary>
internal sealed class HandshakePlace : IDisposable
{
    /// <summary>How long a handshake keeps the next one out: a client that is slow, or wants to be, must not hold up others.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(250);

    private readonly HandshakeGate _gate;
    private readonly ITimer _timer;
    private int _isHeld = 1;

    /// <summary>The place that <see cref="HandshakeGate.EnterAsync"/> gave.</summary>
    public HandshakePlace(HandshakeGate gate, TimeProvider clock)
    {
        _gate = gate;
        _timer = clock.CreateTimer(static place => ((HandshakePlace)place!).Dispose(), this, _patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for another one, behind those in line. This one was given back.</summary>
    /// <exception cref="IOException">The line is too long.</exception>
    public async Task TakeAnotherAsync()
    {
        await _gate.EnterAsync().ConfigureAwait(false);
        Volatile.Write(ref _isHeld, 1);
    }

    /// <summary>Gives the place to the next one; a second time does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isHeld, 0) == 1)
        {
            _timer?.Dispose();
            _gate.Leave();
        }
    }
}
