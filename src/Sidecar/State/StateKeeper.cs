using Mesh.Protocol.Relay;
using Mesh.Sidecar.Relay;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.State;

/// <summary>
/// Keeps what Envoy accepted in memory, and behind it on disk: changes are collected for a moment, and a disk that takes nothing
/// is told once and tried again.
/// </summary>
internal sealed class StateKeeper : IHeldConfiguration, IAsyncDisposable
{
    private static readonly TimeSpan _collect = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(30);
    private readonly StateFile? _file;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly Lock _writing = new();
    private readonly ITimer _timer;
    private ProxyState _state;
    private ProxyState? _written;
    private bool _isScheduled;
    private bool _isFailing;
    private bool _isDisposed;

    /// <param name="state">What is there at the start.</param>
    /// <param name="file">Where it is saved; null: nowhere.</param>
    public StateKeeper(ProxyState state, StateFile? file, TimeProvider clock, ILogger log)
    {
        _state = state;
        _file = file;
        _clock = clock;
        _log = log;
        _timer = clock.CreateTimer(_ => Save(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public HeldConfiguration Current
    {
        get
        {
            lock (_lock)
            {
                return _state.Configuration;
            }
        }
    }

    public void Accepted(HeldConfiguration configuration)
    {
        lock (_lock)
        {
            _state = _state with { Configuration = configuration };
            if (_file is null || _isScheduled || _isDisposed)
            {
                return;
            }

            _isScheduled = true;
            var since = _written is null ? _pause : _clock.GetUtcNow() - _written.SavedAt;
            _timer.Change(since >= _pause || since < TimeSpan.Zero ? _collect : _pause - since, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Saves what is not saved yet.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isPending;
        lock (_lock)
        {
            _isDisposed = true;
            isPending = _isScheduled;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        if (isPending)
        {
            Save();
        }
    }

    private void Save()
    {
        lock (_writing)
        {
            ProxyState state;
            lock (_lock)
            {
                _isScheduled = false;
                state = _state with { SavedAt = _clock.GetUtcNow() };
            }

            try
            {
                _file!.Write(StateCodec.Write(state));
                lock (_lock)
                {
                    _written = state;
                }

                if (_isFailing)
                {
                    _isFailing = false;
                    _log.StateSavedAgain(_file.Path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_isFailing)
                {
                    _isFailing = true;
                    _log.StateNotSaved(_file!.Path, e.Message);
                }

                Retry();
            }
        }
    }

    private void Retry()
    {
        lock (_lock)
        {
            if (!_isDisposed && !_isScheduled)
            {
                _isScheduled = true;
                _timer.Change(_retry, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
