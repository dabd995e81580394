using System.Diagnostics;
using System.Globalization;

namespace Mesh.Sidecar.Envoys;

/// <summary>A running Envoy. Its output is ours.</summary>
internal sealed class EnvoyProcess : IDisposable
{
    // Ctrl-C reaches every process of the terminal's group: Envoy in a session of its own is left to us to drain.
    private static readonly string[] _sessionStarters = ["/usr/bin/setsid", "/bin/setsid"];
    private readonly Process _process;

    private EnvoyProcess(Process process) => _process = process;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Exit code of an Envoy that has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts an Envoy.</summary>
    /// <exception cref="SidecarException">It cannot be started.</exception>
    public static EnvoyProcess Start(string program, string bootstrapFile, SidecarOptions options)
    {
        List<string> arguments =
        [
            "--config-path", bootstrapFile,
            // A changed listener asks its old connections to leave with their next answer: a permission that was taken back would
            // else hold on them until the drain time is over.
            "--drain-strategy", "immediate",
            "--drain-time-s", Math.Max(1, (long)options.DrainTime.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            "--disable-hot-restart",
            "--log-level", options.EnvoyLogLevel,
        ];
        if (options.EnvoyComponentLogLevel.Length > 0)
        {
            arguments.AddRange(["--component-log-level", options.EnvoyComponentLogLevel]);
        }

        if (options.Concurrency > 0)
        {
            arguments.AddRange(["--concurrency", options.Concurrency.ToString(CultureInfo.InvariantCulture)]);
        }

        var starter = Array.Find(_sessionStarters, File.Exists);
        var start = starter is null ? new ProcessStartInfo(program, arguments) : new ProcessStartInfo(starter, [program, .. arguments]);
        try
        {
            return new EnvoyProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SidecarException(SidecarException.Failed, $"Envoy cannot be started ({program}): {e.Message}", e);
        }
    }

    /// <summary>Completes when Envoy has ended.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose() => _process.Dispose();
}
