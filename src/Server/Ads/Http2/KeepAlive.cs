using System.Net.Sockets;

namespace Mesh.Server.Ads.Http2;

/// <summary>How long a connection has been silent, and what follows from it. Anything that is heard is a sign of life.</summary>
internal sealed class KeepAlive(AdsHostOptions options, long now)
{
    /// <summary>How long a connection may be without a stream.</summary>
    private static readonly TimeSpan _maxIdle = TimeSpan.FromMinutes(10);

    /// <summary>How long a client that was told to go may take to close a connection without streams.</summary>
    private static readonly TimeSpan _leaving = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may take to close its side when we have closed ours.</summary>
    private static readonly TimeSpan _closing = TimeSpan.FromSeconds(2);

    /// <summary>Longer than any connection lasts, and short enough to be added to any time.</summary>
    private static readonly TimeSpan _never = TimeSpan.FromDays(36_500);

    private readonly TimeSpan _delay = options.KeepAlivePingDelay == Timeout.InfiniteTimeSpan ? _never : options.KeepAlivePingDelay;
    private long _heardAt = now;
    private long _askedAt;
    private long _idleSince = now;
    private long _leavingSince;
    private long _closingSince;

    /// <summary>Why the connection is given up, when that is silence.</summary>
    public IOException? Loss { get; private set; }

    /// <summary>Something came.</summary>
    public void Heard(long at) => Volatile.Write(ref _heardAt, at);

    /// <summary>Our side is closed, or to be closed as soon as the client takes what precedes that.</summary>
    public void Closing(long at) => Volatile.Write(ref _closingSince, Math.Max(1, at));

    /// <summary>What is to be done now. By one thread at a time.</summary>
    public KeepAliveStep Check(long at, TimeProvider clock, bool hasStreams, bool isRetired)
    {
        if (Volatile.Read(ref _closingSince) is var closing and not 0)
        {
            return clock.GetElapsedTime(closing, at) >= _closing ? KeepAliveStep.GiveUp : KeepAliveStep.None;
        }

        if (hasStreams)
        {
            _idleSince = at;
        }
        else if (isRetired)
        {
            if (_leavingSince == 0)
            {
                _leavingSince = Math.Max(1, at);
            }
            else if (clock.GetElapsedTime(_leavingSince, at) >= _leaving)
            {
                Closing(at);
                return KeepAliveStep.Close;
            }
        }
        else if (clock.GetElapsedTime(_idleSince, at) >= _maxIdle)
        {
            return KeepAliveStep.SendAway;
        }

        var heard = Volatile.Read(ref _heardAt);
        if (_askedAt != 0 && heard < _askedAt)
        {
            if (clock.GetElapsedTime(_askedAt, at) < options.KeepAlivePingTimeout)
            {
                return KeepAliveStep.None;
            }

            // What is thrown for a network that is gone: the proxy may be alive.
            Loss = new IOException("the client does not answer", new SocketException((int)SocketError.TimedOut));
            return KeepAliveStep.GiveUp;
        }

        if (clock.GetElapsedTime(heard, at) < _delay)
        {
            return KeepAliveStep.None;
        }

        _askedAt = at;
        return KeepAliveStep.Ask;
    }

    /// <summary>How long there is nothing to be done after a <see cref="Check"/>, if nothing is heard and nothing ends meanwhile.</summary>
    public TimeSpan Rest(long at, TimeProvider clock, bool hasStreams)
    {
        if (Volatile.Read(ref _closingSince) != 0)
        {
            return TimeSpan.Zero;
        }

        var heard = Volatile.Read(ref _heardAt);
        var rest = _askedAt != 0 && heard < _askedAt
            ? options.KeepAlivePingTimeout - clock.GetElapsedTime(_askedAt, at)
            : _delay - clock.GetElapsedTime(heard, at);
        var idle = hasStreams ? rest : _maxIdle - clock.GetElapsedTime(_idleSince, at);
        return rest < idle ? rest : idle;
    }
}
