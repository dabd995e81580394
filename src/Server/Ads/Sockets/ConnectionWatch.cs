namespace Mesh.Server.Ads.Sockets;

/// <summary>
/// Everybody who is to be looked at from time to time, in the second in which that is due: those who are not cost nothing. A hand that goes around once
/// in about a minute (a timing wheel); who need not be looked at for longer is looked at once more on the way.
/// </summary>
/// <param name="clock">Its time.</param>
internal sealed class ConnectionWatch(TimeProvider clock)
{
    /// <summary>Seconds that the wheel has.</summary>
    private const int Slots = 64;

    /// <summary>The list of those who are being looked at.</summary>
    private const int Taken = Slots;

    private readonly IWatched?[] _lists = new IWatched?[Slots + 1];
    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();

    // The last second that has come.
    private long _second;

    // The first one whose list is not empty, as far as is known: what is due and was not taken yet is in those from here to the last.
    private long _first = 1;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Looks after somebody from now on, in the next second for the first time.</summary>
    public void Add(IWatched watched)
    {
        lock (_lock)
        {
            Count++;
            Link(watched, SlotOf(_second + 1));
        }
    }

    /// <summary>Does not look after somebody any more.</summary>
    /// <returns>How many are left.</returns>
    public int Remove(IWatched watched)
    {
        lock (_lock)
        {
            if (watched.Place.List is not null)
            {
                Unlink(watched);
                Count--;
            }

            return Count;
        }
    }

    /// <summary>Somebody is to be looked at in the next second: something has begun that is counted in seconds.</summary>
    public void Hasten(IWatched watched)
    {
        lock (_lock)
        {
            if (watched.Place.List == Taken)
            {
                watched.Place.IsHastened = true;
            }
            else if (watched.Place.List is not null)
            {
                Unlink(watched);
                Link(watched, SlotOf(_second + 1));
            }
        }
    }

    /// <summary>Everybody there is.</summary>
    public List<IWatched> All()
    {
        lock (_lock)
        {
            var all = new List<IWatched>(Count);
            foreach (var first in _lists)
            {
                for (var watched = first; watched is not null; watched = watched.Place.Next)
                {
                    all.Add(watched);
                }
            }

            return all;
        }
    }

    /// <summary>Adds some of those who are due. Each is to be <see cref="Return"/>ed.</summary>
    /// <param name="due">To what.</param>
    /// <param name="most">How many it may have then.</param>
    /// <returns>Whether there may be more.</returns>
    public bool Take(List<IWatched> due, int most)
    {
        lock (_lock)
        {
            _second = Math.Max(_second, clock.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerSecond);
            // One list is left for the next second when everybody is late, or whoever returns could be due at once for ever.
            _first = Math.Max(_first, _second - Slots + 2);
            while (_first <= _second && due.Count < most)
            {
                if (_lists[SlotOf(_first)] is { } watched)
                {
                    Unlink(watched);
                    Link(watched, Taken);
                    due.Add(watched);
                }
                else
                {
                    _first++;
                }
            }

            return _first <= _second;
        }
    }

    /// <summary>Somebody was looked at.</summary>
    /// <param name="watched">Who.</param>
    /// <param name="now">When, a timestamp.</param>
    /// <param name="rest">How long nothing is to be done.</param>
    public void Return(IWatched watched, long now, TimeSpan rest)
    {
        lock (_lock)
        {
            if (watched.Place.List != Taken)
            {
                // It has ended meanwhile.
                return;
            }

            var at = (clock.GetElapsedTime(_origin, now) + rest).Ticks;
            var second = watched.Place.IsHastened ? 0 : (at + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
            Unlink(watched);
            Link(watched, SlotOf(Math.Clamp(second, _second + 1, Math.Min(_first, _second) + Slots - 1)));
        }
    }

    private static int SlotOf(long second) => (int)(second % Slots);

    private void Link(IWatched watched, int list)
    {
        ref var place = ref watched.Place;
        var next = _lists[list];
        place = new WatchPlace { List = list, Next = next };
        if (next is not null)
        {
            next.Place.Previous = watched;
        }

        _lists[list] = watched;
    }

    private void Unlink(IWatched watched)
    {
        ref var place = ref watched.Place;
        if (place.Previous is null)
        {
            _lists[place.List!.Value] = place.Next;
        }
        else
        {
            place.Previous.Place.Next = place.Next;
        }

        if (place.Next is not null)
        {
            place.Next.Place.Previous = place.Previous;
        }

        place = default;
    }
}
