using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>The reading side of a <see cref="PolledStream"/>.</summary>
internal sealed class PolledRead(PolledStream stream) : IValueTaskSource<int>
{
    /// <summary>
    /// Reads that find something at once before others are let go first: a client that always has something queued would have the poller's thread for
    /// itself. Who reads what is told and then waits needs two.
    /// </summary>
    private const int MaxInARow = 8;

    private Readiness _readiness;
    private ManualResetValueTaskSourceCore<int> _core;
    private Memory<byte> _buffer;

    // The reader's: reads since it waited.
    private int _inARow;

    public ValueTask<int> RunAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        while (true)
        {
            if (_readiness.May)
            {
                if (_inARow == MaxInARow && stream.GoesOnInline)
                {
                    return YieldAsync(buffer, cancellationToken);
                }

                if (TryRead(buffer.Span, out var read))
                {
                    _inARow = Math.Min(_inARow + 1, MaxInARow);
                    return new ValueTask<int>(read);
                }

                continue;
            }

            _core.Reset();
            (_buffer, _inARow) = (buffer, 0);
            if (_readiness.TryWait())
            {
                var wait = new ValueTask<int>(this, _core.Version);
                return cancellationToken.CanBeCanceled ? WaitAsync(wait, cancellationToken) : wait;
            }
        }
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
            while (true)
            {
                if (_readiness.May && TryRead(_buffer.Span, out var read))
                {
                    _buffer = default;
                    _core.RunContinuationsAsynchronously = !stream.GoesOnInline;
                    _core.SetResult(read);
                    return;
                }

                if (_readiness.TryWait())
                {
                    return;
                }
            }
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

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Takes what is there. False: nothing is.</summary>
    private bool TryRead(Span<byte> to, out int read)
    {
        if (to.IsEmpty)
        {
            // It was told that there is something: whoever waits for it finds it then, or nothing.
            read = 0;
            return true;
        }

        _readiness.Use();
        read = stream.Receive(to);
        if (read < 0)
        {
            _readiness.Exhaust();
            return false;
        }

        if (read == to.Length)
        {
            _readiness.Keep();
        }
        else if (read == 0)
        {
            _readiness.End();
        }

        return true;
    }

    /// <summary>Reads on the thread pool: whoever reads goes on there, until it waits.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> YieldAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _inARow = 0;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await RunAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> wait, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (operation, token) => ((PolledRead)operation!).Cancel(token), this))
        {
            return await wait.ConfigureAwait(false);
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
        _buffer = default;
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(loss);
    }
}
