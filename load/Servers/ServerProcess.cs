using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>A server as a process of its own. What it prints is kept for the case that it ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int MaxLines = 50;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, string readyWhen)
    {
        _process = process;
        Meter = new ProcessMeter(process.Id);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("the server ended: " + string.Join('\n', _output)));
        process.OutputDataReceived += (_, line) => Take(line.Data, readyWhen);
        process.ErrorDataReceived += (_, line) => Take(line.Data, readyWhen);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the kernel knows of it.</summary>
    public ProcessMeter Meter { get; }

    /// <summary>Starts a program and waits until it prints a line that begins with some words.</summary>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, string readyWhen, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        var server = new ServerProcess(process, readyWhen);
        try
        {
            await server._ready.Task.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts our control plane.</summary>
    /// <param name="server">Which of its programs.</param>
    /// <param name="arguments">Of <c>mesh run</c>.</param>
    public static Task<ServerProcess> StartMeshAsync(ServerSpec server, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        const string Ready = "control plane is ready";
        return server.Program.Length > 0
            ? StartAsync(server.Program, ["run", .. arguments], Ready, cancellationToken)
            : StartAsync("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll"), "run", .. arguments], Ready, cancellationToken);
    }

    /// <summary>Kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line, string readyWhen)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (_output.Count > MaxLines)
        {
            _output.TryDequeue(out _);
        }

        if (line.StartsWith(readyWhen, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
