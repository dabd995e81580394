using System.Globalization;
using System.Runtime.InteropServices;

namespace Mesh.Load.Measuring;

/// <summary>What the kernel knows of another process.</summary>
internal sealed partial class ProcessMeter(int pid)
{
    /// <summary>Its number.</summary>
    public int Id => pid;

    /// <summary>Processor time of all its threads until now, to the nanosecond.</summary>
    public TimeSpan Cpu()
    {
        // The clock of a process: see CPUCLOCK_PROF, clock_getcpuclockid(3).
        Span<long> time = stackalloc long[2];
        return ReadClock((~pid << 3) | 2, ref MemoryMarshal.GetReference(time)) == 0
            ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000.0)
            : throw new InvalidOperationException("the server has ended");
    }

    /// <summary>Resident memory in bytes.</summary>
    public long Resident() => ReadStatus("VmRSS:");

    /// <summary>Most resident memory so far, in bytes.</summary>
    public long PeakResident() => ReadStatus("VmHWM:");

    /// <summary>Number of threads.</summary>
    public long Threads() => ReadStatus("Threads:") / 1024;

    /// <summary>
    /// Waits until the process is at rest, a minute at most: it took less than a twentieth of a processor in each of three half seconds, so that
    /// what is measured next is not what came before.
    /// </summary>
    public async Task UntilAtRestAsync(CancellationToken cancellationToken)
    {
        var step = TimeSpan.FromSeconds(0.5);
        var quiet = 0;
        for (var left = 120; left > 0 && quiet < 3; left--)
        {
            var before = Cpu();
            await Task.Delay(step, cancellationToken);
            quiet = Cpu() - before < step / 20 ? quiet + 1 : 0;
        }
    }

    private long ReadStatus(string name)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan(name.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadClock(int clock, ref long time);
}
