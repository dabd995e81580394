namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>
/// What is known of one direction of a socket: whether a call may succeed, and whether somebody waits for that. The queue tells of changes only, so what
/// was told is kept until a call finds it used up. One caller at a time, and the poller beside it.
/// </summary>
internal struct Readiness
{
    private const int IsReady = 1;
    private const int IsOver = 2;
    private const int IsWaiting = 4;
    private const int IsClosed = 8;

    private int _state;

    /// <summary>What the queue tells.</summary>
    internal enum Sign
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>A call may succeed.</summary>
        Ready = IsReady,

        /// <summary>There will be no other change: calls go on to succeed, or to fail.</summary>
        Over = IsReady | IsOver,
    }

    /// <summary>Whether a call may succeed.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public readonly bool May
    {
        get
        {
            var state = Volatile.Read(in _state);
            ObjectDisposedException.ThrowIf((state & IsClosed) != 0, typeof(PolledStream));
            return (state & (IsReady | IsOver)) != 0;
        }
    }

    /// <summary>A call is about to use up what there is: what is told from here on counts.</summary>
    public void Use() => Interlocked.And(ref _state, ~IsReady);

    /// <summary>There may be more.</summary>
    public void Keep() => Interlocked.Or(ref _state, IsReady);

    /// <summary>There will be no other change.</summary>
    public void End() => Interlocked.Or(ref _state, (int)Sign.Over);

    /// <summary>A call found nothing. Unless something was told meanwhile, the next one waits.</summary>
    public void Exhaust() => Interlocked.CompareExchange(ref _state, 0, IsOver);

    /// <summary>Begins to wait. False: there is something, or it was closed.</summary>
    public bool TryWait() => Interlocked.CompareExchange(ref _state, IsWaiting, 0) == 0;

    /// <summary>The queue tells something. True: somebody waited, and is to be told.</summary>
    public bool Tell(Sign sign)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var next = (state | (int)sign) & ~IsWaiting;
            if (state == next)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                return (state & IsWaiting) != 0;
            }
        }
    }

    /// <summary>Stops to wait. False: nobody does.</summary>
    public bool TryStop() => (Interlocked.And(ref _state, ~IsWaiting) & IsWaiting) != 0;

    /// <summary>Nothing is called any more. True: somebody waited, and is to be told.</summary>
    public bool Close() => (Interlocked.Exchange(ref _state, IsClosed) & IsWaiting) != 0;
}
