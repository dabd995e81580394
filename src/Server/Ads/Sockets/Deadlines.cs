using System.Net.Sockets;

namespace Mesh.Server.Ads.Sockets;

/// <summary>
/// How long clients may take for what they are to do. The listener looks after all of them together, from time to time: a timer for each would be
/// most of what meeting a client costs. A socket whose client is late is closed, which ends whatever waits for it.
/// </summary>
internal sealed class Deadlines(TimeProvider clock)
{
    /// <summary>Places that are kept when nobody is waited for.</summary>
    private const int KeptCapacity = 1024;

    private readonly Dictionary<Socket, (long Since, TimeSpan Patience)> _waiting = [];
    private readonly List<Socket> _late = [];
    private readonly Lock _lock = new();
    private bool _isOver;

    /// <summary>A client has so much time from now on. False: nobody has any more.</summary>
    public bool TryBegin(Socket socket, TimeSpan patience)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            return !_isOver && _waiting.TryAdd(socket, (now, patience));
        }
    }

    /// <summary>It did what it was to do. False: too late, its socket is closed.</summary>
    public bool TryEnd(Socket socket)
    {
        lock (_lock)
        {
            return _waiting.Remove(socket);
        }
    }

    /// <summary>Closes the sockets of those who are late. By one thread at a time.</summary>
    public void Check(long now)
    {
        lock (_lock)
        {
            foreach (var (socket, (since, patience)) in _waiting)
            {
                if (clock.GetElapsedTime(since, now) >= patience)
                {
                    _late.Add(socket);
                }
            }

            _late.ForEach(socket => _waiting.Remove(socket));
            if (_waiting.Count == 0 && _waiting.EnsureCapacity(0) > KeptCapacity)
            {
                _waiting.TrimExcess();
            }
        }

        Close(_late);
        _late.Clear();
    }

    /// <summary>Nobody is waited for any more.</summary>
    public void End()
    {
        Socket[] all;
        lock (_lock)
        {
            _isOver = true;
            all = [.. _waiting.Keys];
            _waiting.Clear();
        }

        Close(all);
    }

    private static void Close(IEnumerable<Socket> sockets)
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }
}
