using Mesh.Sidecar.Envoys;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Running;

/// <summary>
/// Ends an Envoy without losing a request: first nobody new is sent here, then those who are here are asked to leave, then it stops.
/// </summary>
internal sealed class EnvoyDrain(EnvoyProcess envoy, EnvoyAdmin? admin, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan _graceOfQuit = TimeSpan.FromSeconds(5);

    /// <summary>Drains, then ends it.</summary>
    /// <param name="time">How long connections may go on; zero: end at once.</param>
    /// <param name="exit">Completes when Envoy has ended.</param>
    /// <param name="stopNow">Cuts the time short.</param>
    public async Task RunAsync(TimeSpan time, Task exit, CancellationToken stopNow)
    {
        if (time > TimeSpan.Zero && admin is not null)
        {
            log.Draining(time);
            await CommandAsync("/healthcheck/fail").ConfigureAwait(false);
            await CommandAsync("/drain_listeners?graceful&skip_exit").ConfigureAwait(false);
            await Task.WhenAny(exit, Task.Delay(time, clock, stopNow)).ConfigureAwait(false);
        }

        if (admin is not null && !exit.IsCompleted)
        {
            await CommandAsync("/quitquitquit").ConfigureAwait(false);
            await Task.WhenAny(exit, Task.Delay(_graceOfQuit, clock, CancellationToken.None)).ConfigureAwait(false);
        }

        if (!exit.IsCompleted)
        {
            envoy.Kill();
            await exit.ConfigureAwait(false);
        }

        log.EnvoyEnded(envoy.ExitCode);
    }

    private async Task CommandAsync(string path)
    {
        if (await admin!.CommandAsync(path, CancellationToken.None).ConfigureAwait(false) is { } fault)
        {
            log.CommandFailed(fault);
        }
    }
}
