using Mesh.Sidecar.Envoys;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Running;

/// <summary>
/// Keeps an Envoy running until it is to stop. One that ends by itself is started again: what it needs is kept. One that never
/// became ready, that ends again and again, or that was asked to end (exit code 0) is not.
/// </summary>
internal sealed class EnvoySupervisor(SidecarOptions options, string program, string bootstrapFile, string bootstrap, TimeProvider clock, ILogger log)
{
    private const int MaxFailures = 6;
    private static readonly TimeSpan _goodRun = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(200);
    private bool _wasReady;
    private int _failures;

    /// <summary>Called once, when the first Envoy is ready.</summary>
    public required Action OnReady { get; init; }

    /// <summary>Told the admin endpoint of the Envoy that runs; null: none does.</summary>
    public required Action<EnvoyAdmin?> OnAdmin { get; init; }

    /// <summary>Called before a graceful end, with whether Envoy is ready.</summary>
    public required Func<bool, Task> OnLeaving { get; init; }

    /// <summary>Runs until it is stopped.</summary>
    /// <exception cref="SidecarException">Envoy ended and is not started again.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        while (await RunOnceAsync(stop, stopNow).ConfigureAwait(false) is { } exitCode)
        {
            // The first end of an Envoy that ran well costs no time.
            var pause = _failures == 0 ? TimeSpan.Zero : _firstPause * (1 << (_failures - 1));
            log.EnvoyRestarted(exitCode, pause);
            await Task.Delay(pause, clock, stop).ConfigureAwait(false);
        }
    }

    /// <returns>Exit code of an Envoy that is to be started again; null: it was stopped.</returns>
    private async Task<int?> RunOnceAsync(CancellationToken stop, CancellationToken stopNow)
    {
        var endpoint = AdminEndpoint.FromBootstrap(bootstrap);
        using var admin = endpoint is null ? null : new EnvoyAdmin(endpoint);
        using var envoy = EnvoyProcess.Start(program, bootstrapFile, options);
        var start = clock.GetTimestamp();
        OnAdmin(admin);
        try
        {
            log.EnvoyStarted(envoy.Id, bootstrapFile);
            var exit = envoy.WaitForExitAsync(CancellationToken.None);
            var isReady = await WaitForReadyAsync(admin, exit, stop).ConfigureAwait(false);
            if (isReady && !_wasReady)
            {
                _wasReady = true;
                OnReady();
            }

            await Task.WhenAny(exit, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
            if (exit.IsCompleted)
            {
                return Judge(envoy.ExitCode, isReady && clock.GetElapsedTime(start) >= _goodRun);
            }

            await OnLeaving(isReady).ConfigureAwait(false);
            await new EnvoyDrain(envoy, admin, clock, log).RunAsync(isReady ? options.DrainTime : TimeSpan.Zero, exit, stopNow).ConfigureAwait(false);
            return null;
        }
        finally
        {
            OnAdmin(null);
            envoy.Kill();
        }
    }

    private int Judge(int exitCode, bool ranWell)
    {
        _failures = ranWell ? 0 : _failures + 1;
        return _wasReady && exitCode != 0 && _failures < MaxFailures
            ? exitCode
            : throw new SidecarException(
                SidecarException.Failed,
                $"Envoy ended with exit code {exitCode}" + (_failures < MaxFailures ? "" : $", {_failures} times in a row"));
    }

    /// <summary>Asked often at first, when an answer is near, and less often when it is not.</summary>
    private async Task<bool> WaitForReadyAsync(EnvoyAdmin? admin, Task exit, CancellationToken stop)
    {
        var pause = TimeSpan.FromMilliseconds(10);
        while (admin is not null && !exit.IsCompleted && !stop.IsCancellationRequested)
        {
            if (await admin.IsReadyAsync(CancellationToken.None).ConfigureAwait(false))
            {
                return true;
            }

            await Task.WhenAny(exit, Task.Delay(pause, clock, stop)).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(500, pause.TotalMilliseconds * 1.1));
        }

        return false;
    }
}
