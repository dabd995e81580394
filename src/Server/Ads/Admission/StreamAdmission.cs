namespace Mesh.Server.Ads.Admission;

/// <summary>
/// Lets streams in at the rate at which they can be served. When a fleet comes at once, all of it being served at the same time
/// would mean that all of it waits for the last one, and that what is under way is held for all of it. Those that must wait
/// stand in line, first come first served; what is too much is refused, and Envoy comes again later and later.
/// </summary>
internal sealed class StreamAdmission : IDisposable
{
    private readonly AdmissionOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _line = new();

    // Oldest first. All may be held equally long, so one timer does for all of them, and only while somebody waits.
    private readonly Queue<StreamPlace> _places = new();
    private readonly ITimer _timer;
    private double _starts;
    private long _filledAt;
    private int _opening;

    // Of those in line: their client has gone, and they have been told.
    private int _gone;
    private bool _closed;

    public StreamAdmission(AdmissionOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _starts = options.StartsPerSecond;
        _filledAt = clock.GetTimestamp();
        _timer = clock.CreateTimer(static admission => ((StreamAdmission)admission!).Advance(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Streams that were let in and have no configuration yet.</summary>
    public int Opening => Volatile.Read(ref _opening);

    /// <summary>Streams that stand in line.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _line.Count - _gone;
            }
        }
    }

    /// <summary>Waits for a place; whoever got one holds it as a <see cref="TakePlace"/>. False: refused, or the client is gone.</summary>
    public ValueTask<bool> EnterAsync(CancellationToken clientGone)
    {
        lock (_lock)
        {
            Refill();
            if (_line.Count == 0 && TryTake())
            {
                return new ValueTask<bool>(true);
            }

            if (_closed || _line.Count - _gone >= _options.MaxWaiting)
            {
                return new ValueTask<bool>(false);
            }

            var waiter = new Waiter(this, _clock.GetTimestamp());
            _line.Enqueue(waiter);
            waiter.Watch(clientGone);
            SetTimer();
            return new ValueTask<bool>(waiter.Task);
        }
    }

    /// <summary>The place of a stream that was let in. It is given back at the latest when it was held too long and somebody waits for it.</summary>
    public StreamPlace TakePlace()
    {
        var place = new StreamPlace(this, _clock.GetTimestamp());
        lock (_lock)
        {
            ForgetPlaces(place.Since);
            _places.Enqueue(place);
            SetTimer();
        }

        return place;
    }

    /// <summary>A stream that was let in has its configuration, or ended.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _opening--;
            if (_line.Count > 0)
            {
                Advance();
            }
        }
    }

    /// <summary>Refuses everybody from now on.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            while (_line.Count > 0)
            {
                Answer(_line.Dequeue(), isLetIn: false);
            }
        }
    }

    public void Dispose()
    {
        Close();
        _timer.Dispose();
    }

    private void Advance()
    {
        lock (_lock)
        {
            Refill();
            while (_line.TryPeek(out var waiter))
            {
                if (waiter.Task.IsCompleted || _clock.GetElapsedTime(waiter.Since) >= _options.MaxWait)
                {
                    Answer(_line.Dequeue(), isLetIn: false);
                }
                else if (TryTake())
                {
                    Answer(_line.Dequeue(), isLetIn: true);
                }
                else
                {
                    break;
                }
            }

            SetTimer();
        }
    }

    /// <summary>Tells somebody who left the line; who went away is told already.</summary>
    private void Answer(Waiter waiter, bool isLetIn)
    {
        waiter.Unwatch();
        if (!waiter.TrySetResult(isLetIn))
        {
            _gone--;
        }
    }

    /// <summary>The client of somebody in line has gone: it counts no more, and leaves no trace when many do that.</summary>
    private void Gone(Waiter waiter)
    {
        lock (_lock)
        {
            if (!waiter.TrySetResult(false))
            {
                return;
            }

            _gone++;
            if (_gone > _options.MaxWaiting)
            {
                for (var left = _line.Count; left > 0; left--)
                {
                    var next = _line.Dequeue();
                    if (!next.Task.IsCompleted)
                    {
                        _line.Enqueue(next);
                    }
                }

                _gone = 0;
            }
        }
    }

    private bool TryTake()
    {
        if (_closed || _opening >= _options.MaxOpening || (_options.StartsPerSecond > 0 && _starts < 1))
        {
            return false;
        }

        _starts--;
        _opening++;
        return true;
    }

    private void Refill()
    {
        var now = _clock.GetTimestamp();
        var seconds = _clock.GetElapsedTime(_filledAt, now).TotalSeconds;
        _starts = Math.Min(_options.StartsPerSecond, Math.Max(_starts, 0) + (seconds * _options.StartsPerSecond));
        _filledAt = now;
        ForgetPlaces(now);
    }

    /// <summary>Forgets the oldest places as far as they are given back, and takes back those that were held too long.</summary>
    private void ForgetPlaces(long now)
    {
        while (_places.TryPeek(out var oldest))
        {
            if (oldest.IsHeld && _clock.GetElapsedTime(oldest.Since, now) < _options.FirstSnapshotPatience)
            {
                return;
            }

            _opening -= oldest.TryGive() ? 1 : 0;
            _places.Dequeue();
        }
    }

    /// <summary>To the moment at which the first in line may come in, or has waited too long.</summary>
    private void SetTimer()
    {
        if (!_line.TryPeek(out var first))
        {
            return;
        }

        var due = _options.MaxWait - _clock.GetElapsedTime(first.Since);
        if (_opening < _options.MaxOpening)
        {
            var start = _options.StartsPerSecond > 0 && _starts < 1 ? TimeSpan.FromSeconds((1 - _starts) / _options.StartsPerSecond) : TimeSpan.Zero;
            due = start < due ? start : due;
        }
        else if (_places.TryPeek(out var oldest))
        {
            var place = _options.FirstSnapshotPatience - _clock.GetElapsedTime(oldest.Since);
            due = place < due ? place : due;
        }

        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(due.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private sealed class Waiter(StreamAdmission admission, long since) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private CancellationTokenRegistration _watch;

        public long Since => since;

        /// <summary>Leaves the line when the client goes. In line, under its lock.</summary>
        public void Watch(CancellationToken clientGone) =>
            _watch = clientGone.UnsafeRegister(static waiter => ((Waiter)waiter!).Leave(), this);

        /// <summary>It does not matter any more. Does not wait for who may be waiting for the lock.</summary>
        public void Unwatch() => _watch.Unregister();

        private void Leave() => admission.Gone(this);
    }
}
