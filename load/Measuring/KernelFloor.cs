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

    /// <summary>Measures; null where the program or a C compiler is absent.</summary>
    /// <param name="source"><c>fan.c</c>.</param>
    /// <param name="connections">Receivers.</param>
    /// <param name="size">Bytes per message.</param>
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
            if (await RunAsync("cc", ["-O2", "-pthread", source, "-o", program], cancellationToken) is null)
            {
                return null;
            }

            string[] arguments = [$"{connections}", $"{size}", $"{Rounds}", "1"];
            return Parse(await RunAsync(program, arguments, cancellationToken));
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

    private static async Task<string?> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"best_wall_ms=([\d.]+) mean_wall_ms=([\d.]+) best_cpu_us_per_send=([\d.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
