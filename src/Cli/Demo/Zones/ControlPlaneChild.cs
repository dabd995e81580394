using System.Diagnostics;
using Mesh.Cli.Client;

namespace Mesh.Cli.Demo.Zones;

/// <summary>A control plane as a process of its own: <c>mesh run</c>. Disposing it is <c>kill -9</c>; its store stays.</summary>
internal sealed class ControlPlaneChild : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly TextWriter _log;

    private ControlPlaneChild(Process process, TextWriter log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="options">Words after <c>mesh run</c>.</param>
    /// <param name="diagnostics">Its diagnostics address.</param>
    /// <param name="logFile">Where its output is appended.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="CliException">It ended, or was not ready in time.</exception>
    public static async Task<ControlPlaneChild> StartAsync(
        IEnumerable<string> options, Uri diagnostics, string logFile, CancellationToken cancellationToken)
    {
        var start = Program();
        start.ArgumentList.Add("run");

        // Several start on one machine, each for a few proxies.
        start.ArgumentList.Add("--set");
        start.ArgumentList.Add("xdsServer.rehearse=false");
        foreach (var option in options)
        {
            start.ArgumentList.Add(option);
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var child = new ControlPlaneChild(Process.Start(start)!, TextWriter.Synchronized(new StreamWriter(logFile, append: true)));
        try
        {
            child.Follow();
            await child.UntilReadyAsync(diagnostics, logFile, cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    /// <summary>This program: its own executable, or the runtime with its assembly where another program hosts it.</summary>
    private static ProcessStartInfo Program()
    {
        var own = Environment.ProcessPath ?? "";
        var assembly = Path.Combine(AppContext.BaseDirectory, "mesh.dll");
        if (Path.GetFileNameWithoutExtension(own) == "mesh" || !File.Exists(assembly))
        {
            return new ProcessStartInfo(own);
        }

        var runtime = Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        return new ProcessStartInfo(runtime) { ArgumentList = { "exec", assembly } };
    }

    private void Follow()
    {
        void Write(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                _log.WriteLine(text);
            }
        }

        _process.OutputDataReceived += Write;
        _process.ErrorDataReceived += Write;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task UntilReadyAsync(Uri diagnostics, string logFile, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        using var client = new ApiClient(new ControlPlaneAddress(diagnostics, null, null, false));
        while (true)
        {
            if (_process.HasExited)
            {
                throw new CliException($"a control plane ended with exit code {_process.ExitCode}; its output is in {logFile}");
            }

            try
            {
                await client.GetTextAsync("/ready", limit.Token);
                return;
            }
            catch (Exception e) when (e is CliException or ApiException)
            {
                // Not yet.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CliException($"a control plane was not ready within {_patience.TotalSeconds} s; its output is in {logFile}");
            }

            await Task.Delay(20, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
