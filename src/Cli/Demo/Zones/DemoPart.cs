namespace Mesh.Cli.Demo.Zones;

/// <summary>Something that can be killed and started again while the demo runs. Used by one caller at a time.</summary>
/// <param name="name">Its name in scripts.</param>
/// <param name="start">Starts it; what it returns is killed by disposing it.</param>
/// <param name="clock">Time.</param>
internal sealed class DemoPart(string name, Func<CancellationToken, Task<IAsyncDisposable>> start, TimeProvider clock) : IAsyncDisposable
{
    private IAsyncDisposable? _running;
    private long _changed;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>It was started and not killed since.</summary>
    public bool IsRunning => Volatile.Read(ref _running) is not null;

    /// <summary>How long ago it was killed or started.</summary>
    public TimeSpan Unchanged => clock.GetElapsedTime(Volatile.Read(ref _changed));

    /// <summary>Starts it; nothing happens when it runs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_running is null)
        {
            var running = await start(cancellationToken);
            Volatile.Write(ref _changed, clock.GetTimestamp());
            Volatile.Write(ref _running, running);
        }
    }

    /// <summary>Kills it; nothing happens when it does not run.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _running, null) is { } running)
        {
            Volatile.Write(ref _changed, clock.GetTimestamp());
            await running.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
