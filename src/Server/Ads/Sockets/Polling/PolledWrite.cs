using System.Threading.Tasks.Sources;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>The writing side of a <see cref="PolledStream"/>: mostly there is room, and nobody waits.</summary>
internal sealed class PolledWrite : IValueTaskSource
{
    private readonly PolledStream _stream;
    private Readiness _readiness;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ReadOnlyMemory<byte> _left;

    public PolledWrite(PolledStream stream)
    {
        _stream = stream;
        // A new socket has room: the first call tries.
        _readiness.Keep();
    }

    public ValueTask RunAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        while (!TryWrite(ref buffer))
        {
            _core.Reset();
            _left = buffer;
            if (_readiness.TryWait())
            {
                var wait = new ValueTask(this, _core.Version);
                return cancellationToken.CanBeCanceled ? WaitAsync(wait, cancellationToken) : wait;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The queue tells of a change.</summary>
    public void Tell(Readiness.Sign sign)
    {
        if (sign == Readiness.Sign.None || !_readiness.Tell(sign))
        {
            return;
        }

        try
        {
            while (!TryWrite(ref _left))
            {
                if (_readiness.TryWait())
                {
                    return;
                }
            }

            _left = default;
            _core.RunContinuationsAsynchronously = !_stream.GoesOnInline;
            _core.SetResult(true);
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            Complete(lost);
        }
    }

    /// <summary>Lets who waits go on.</summary>
    public void Close()
    {
        if (_readiness.Close())
        {
            Complete(new ObjectDisposedException(nameof(PolledStream)));
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Sends as much as there is room for. False: something is left.</summary>
    private bool TryWrite(ref ReadOnlyMemory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (!_readiness.May)
            {
                return false;
            }

            var sent = _stream.Send(buffer.Span);
            if (sent < 0)
            {
                // Once more, for what was told before this: what is told from here on counts.
                _readiness.Use();
                sent = _stream.Send(buffer.Span);
                if (sent < 0)
                {
                    _readiness.Exhaust();
                    return false;
                }

                _readiness.Keep();
            }

            buffer = buffer[sent..];
        }

        return true;
    }

    private async ValueTask WaitAsync(ValueTask wait, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (operation, token) => ((PolledWrite)operation!).Cancel(token), this))
        {
            await wait.ConfigureAwait(false);
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (_readiness.TryStop())
        {
            Complete(new OperationCanceledException(cancellationToken));
        }
    }

    private void Complete(Exception loss)
    {
        _left = default;
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(loss);
    }
}
