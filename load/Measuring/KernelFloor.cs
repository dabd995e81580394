using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mesh.Load.Measuring;

/// <summary>What the kernel alone needs for a fan-out on this machine at this moment: the C program of the reference material.</summary>
/// <param name="BestMilliseconds">Best round, two threads, receivers draining on the same processors.</param>
/// <param name="MeanMilliseconds">Mean round.</param>
/// <param name="CpuMicroseconds">Processor time of the sender per message, best round.</param>
internal sealed partial record KernelFloor(double BestMilliseconds, double MeanMilliseconds, double CpuMicroseconds)
{
    private const int Rounds = 5;

    // It takes some seconds. When one of its connections cannot be made it says so and then waits for it for ever.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>Measures; null where the program or a C compiler is absent.</summary>
    /// <param name="source"><c>fan.c</c>.</param>
    /// <param name="connections">Receivers.</param>
    /// <param name="size">Bytes per message.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="TimeoutException">It has not ended within a minute.</exception>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<KernelFloor?> MeasureAsync(string source, int connections, int size, CancellationToken cancellationToken)
    {
        if (!File.Exists(source))
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("mesh-floor-");
        try
        {
            var program = Path.Combine(folder.FullName, "fan");
            if (await RunAsync("cc", ["-O2", "-pthread", source, "-o", program], _patience, cancellationToken) is null)
            {
                return null;
            }

            string[] arguments = [$"{connections}", $"{size}", $"{Rounds}", "1"];
            return Parse(await RunAsync(program, arguments, _patience, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Reads the program's last line; null: there is none.</summary>
    internal static KernelFloor? Parse(string? output)
    {
        var matches = Line().Matches(output ?? "");
        return matches.Count == 0 ? null : new KernelFloor(Number(matches[^1], 1), Number(matches[^1], 2), Number(matches[^1], 3));
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    /// <summary>Runs a program and takes what it prints; null: there is no such program.</summary>
    /// <exception cref="TimeoutException">It has not ended in time. It is killed, with the processes that it started.</exception>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static async Task<string?> RunAsync(string program, string[] arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Start(start);
        if (process is null)
        {
            return null;
        }

        var errors = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            // Its receiver is a process of its own that has the pipes too: both must have ended.
            await Task.WhenAll(output, process.WaitForExitAsync(CancellationToken.None)).WaitAsync(patience, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{start.FileName} {string.Join(' ', arguments)} has not ended within {patience.TotalSeconds} s; it said: {Said(errors)}", late);
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', arguments)} ended with {process.ExitCode}: {Said(errors)}");
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Said(ConcurrentQueue<string> lines) => lines.IsEmpty ? "nothing" : string.Join('\n', lines).TrimEnd();

    [GeneratedRegex(@"best_wall_ms=([\d.]+) mean_wall_ms=([\d.]+) best_cpu_us_per_send=([\d.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
