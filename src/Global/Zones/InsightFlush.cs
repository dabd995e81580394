using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Global.Zones;

/// <summary>
/// Writes the insight of one zone: what is urgent at once, the rest at most once in an interval, and nothing when nothing
/// changed. One write at a time.
/// </summary>
internal sealed class InsightFlush : IAsyncDisposable
{
    private const int MostConflicts = 20;
    private static readonly TimeSpan _pauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly string _zone;
    private readonly IResourceStore _store;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _interval;
    private readonly Func<(ZoneInsightSpec Spec, long Changes)> _snapshot;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    // Guarded by _lock.
    private readonly Lock _lock = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _again;
    private bool _isStopped;
    private bool _isArmed;
    private DateTimeOffset _lastWrite = DateTimeOffset.MinValue;
    private long _written = -1;
    private bool _isFailing;

    public InsightFlush(
        string zone, IResourceStore store, TimeProvider clock, TimeSpan interval, Func<(ZoneInsightSpec Spec, long Changes)> snapshot, ILogger logger)
    {
        _zone = zone;
        _store = store;
        _clock = clock;
        _interval = interval;
        _snapshot = snapshot;
        _logger = logger;
        _timer = clock.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for a write.</summary>
    public void Ask(bool isUrgent)
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            var due = _lastWrite > DateTimeOffset.MinValue ? _lastWrite + _interval : DateTimeOffset.MinValue;
            if (isUrgent || due <= _clock.GetUtcNow())
            {
                Start();
            }
            else
            {
                Arm(due - _clock.GetUtcNow());
            }
        }
    }

    /// <summary>Writes the last state and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_lock)
        {
            Start();
            _isStopped = true;
            writing = _writing;
        }

        await writing.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Due()
    {
        lock (_lock)
        {
            _isArmed = false;
            if (!_isStopped)
            {
                Start();
            }
        }
    }

    private void Arm(TimeSpan pause)
    {
        if (!_isArmed)
        {
            _isArmed = true;
            _timer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void Start()
    {
        if (_isWriting)
        {
            _again = true;
            return;
        }

        _isWriting = true;
        _lastWrite = _clock.GetUtcNow();
        _writing = Task.Run(WriteAllAsync);
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            var (spec, changes) = _snapshot();
            Exception? fault = null;
            if (changes != _written)
            {
                try
                {
                    await WriteAsync(spec).ConfigureAwait(false);
                    _written = changes;
                    _isFailing = false;
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    fault = e;
                }
            }

            if (fault is not null && !_isFailing)
            {
                _isFailing = true;
                ZonesLog.InsightFailed(_logger, _zone, _pauseAfterFault, fault);
            }

            lock (_lock)
            {
                _lastWrite = _clock.GetUtcNow();
                if (fault is not null && !_isStopped)
                {
                    Arm(_pauseAfterFault);
                }

                if (!_again || fault is not null)
                {
                    _isWriting = false;
                    _again = false;
                    return;
                }

                _again = false;
            }
        }
    }

    private async Task WriteAsync(ZoneInsightSpec spec)
    {
        var key = new ResourceKey(ZoneInsightKind.Name, "", _zone);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var stored = await _store.GetAsync(key).ConfigureAwait(false);
                if (stored is not null)
                {
                    await _store.UpdateAsync(stored with { Spec = spec }).ConfigureAwait(false);
                }
                else
                {
                    await _store.CreateAsync(New(spec)).ConfigureAwait(false);
                }

                return;
            }
            catch (StoreException e) when (e is ResourceConflictException or ResourceExistsException or ResourceNotFoundException && attempt < MostConflicts)
            {
                // Somebody else wrote it meanwhile: what is seen is still to be written.
            }
            catch (ResourceOwnerMissingException)
            {
                // The Zone was deleted: there is nothing to write about, and its connections are being ended.
                return;
            }
        }
    }

    private Resource New(ZoneInsightSpec spec) => new()
    {
        Descriptor = ZoneInsightKind.Resource,
        Name = _zone,
        Spec = spec,
        Owner = new ResourceKey(ZoneKind.Name, "", _zone),
    };
}
