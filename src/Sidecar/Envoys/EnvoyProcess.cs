using System.Diagnostics;
using System.Globalization;

namespace Mesh.Sidecar.Envoys;

/// <summary>A running Envoy. Its output is ours, and it does not outlive this process.</summary>
internal sealed class EnvoyProcess : IDisposable
{
    private readonly Process _process;
    private readonly ManualResetEventSlim _released;

    private EnvoyProcess(Process process, ManualResetEventSlim released)
    {
        _process = process;
        _released = released;
    }

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

        try
        {
            var released = new ManualResetEventSlim();
            return new EnvoyProcess(StartOnThread(EnvoyLauncher.Command(program, arguments), released), released);
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

    public void Dispose()
    {
        _process.Dispose();
        _released.Set();
    }

    /// <summary>
    /// A death signal comes when the thread that started the process ends, not the process of that thread: so it is one that stays
    /// (prctl(2), PR_SET_PDEATHSIG). Those of the pool come and go.
    /// </summary>
    private static Process StartOnThread(ProcessStartInfo start, ManualResetEventSlim released)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var parent = new Thread(
            () =>
            {
                try
                {
                    started.SetResult(Process.Start(start)!);
                    released.Wait();
                }
                catch (Exception e)
                {
                    started.SetException(e);
                }
            },
            maxStackSize: 256 * 1024)
        {
            IsBackground = true,
            Name = "envoy's parent",
        };
        parent.Start();
#pragma warning disable VSTHRD002 // It takes as long as starting a process, and the other thread waits for nothing of ours.
        return started.Task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002 // Only there.
    }
}
