namespace Mesh.Server.Ads.Sockets;

/// <summary>
/// How long clients may take for what they are to do. The listener looks after all of them together, from time to time: a timer for each would be
/// most of what meeting a client costs. The bytes of a client that is late are closed, which ends whatever waits for it.
/// </summary>
internal sealed class Deadlines(TimeProvider clock)
{
    /// <summary>Places that are kept when nobody is waited for.</summary>
    private const int KeptCapacity = 1024;

    private readonly Dictionary<Stream, (long Since, TimeSpan Patience)> _waiting = [];
    private readonly List<Stream> _late = [];
    private readonly Lock _lock = new();
    private bool _isOver;

    /// <summary>A client has so much time from now on. False: nobody has any more.</summary>
    public bool TryBegin(Stream client, TimeSpan patience)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            return !_isOver && _waiting.TryAdd(client, (now, patience));
        }
    }

    /// <summary>It did what it was to do. False: too late, its bytes are closed.</summary>
    public bool TryEnd(Stream client)
    {
        lock (_lock)
        {
            return _waiting.Remove(client);
        }
    }

    /// <summary>Closes the bytes of those who are late. By one thread at a time.</summary>
    public void Check(long now)
    {
        lock (_lock)
        {
            foreach (var (client, (since, patience)) in _waiting)
            {
                if (clock.GetElapsedTime(since, now) >= patience)
                {
                    _late.Add(client);
                }
            }

            _late.ForEach(client => _waiting.Remove(client));
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
        Stream[] all;
        lock (_lock)
        {
            _isOver = true;
            all = [.. _waiting.Keys];
            _waiting.Clear();
        }

        Close(all);
    }

    private static void Close(IEnumerable<Stream> clients)
    {
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }
}
