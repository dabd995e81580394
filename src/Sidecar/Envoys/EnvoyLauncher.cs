using System.Diagnostics;

namespace Mesh.Sidecar.Envoys;

/// <summary>How an Envoy is started so that it lives as long as we do.</summary>
internal static class EnvoyLauncher
{
    // Ctrl-C reaches every process of the terminal's group: Envoy in a session of its own is left to us to drain.
    private static readonly string[] _sessionStarters = ["/usr/bin/setsid", "/bin/setsid"];
    private static readonly string[] _deathSignalSetters = ["/usr/bin/setpriv", "/bin/setpriv"];
    private static readonly Lazy<string?> _deathSignalSetter = new(FindDeathSignalSetter);

    /// <summary>The command: each of these programs becomes the next one, so the process is Envoy's in the end.</summary>
    public static ProcessStartInfo Command(string program, IReadOnlyList<string> arguments)
    {
        List<string> command = [];
        if (Array.Find(_sessionStarters, File.Exists) is { } session)
        {
            command.Add(session);
        }

        if (_deathSignalSetter.Value is { } setter)
        {
            command.AddRange([setter, "--pdeathsig", "KILL", "--"]);
        }

        command.Add(program);
        command.AddRange(arguments);
        return new ProcessStartInfo(command[0], command.Skip(1));
    }

    /// <summary>
    /// Ends the Envoys of a former sidecar that was killed where nothing ended them with it: nobody else names this file.
    /// </summary>
    /// <param name="bootstrapFile">Path of their bootstrap, in a folder of ours.</param>
    /// <returns>Their process ids.</returns>
    public static IReadOnlyList<int> EndLeftovers(string bootstrapFile)
    {
        var ended = new List<int>();
        if (!OperatingSystem.IsLinux())
        {
            return ended;
        }

        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (process.Id != Environment.ProcessId && Bootstrap(process.Id) == bootstrapFile && TryKill(process))
                {
                    ended.Add(process.Id);
                }
            }
        }

        return ended;
    }

    /// <summary>The bootstrap of a process that is an Envoy; else empty.</summary>
    private static string Bootstrap(int process)
    {
        try
        {
            var arguments = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
            var at = Array.IndexOf(arguments, "--config-path") + 1;
            return at > 0 && at < arguments.Length ? arguments[at] : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool TryKill(Process process)
    {
        try
        {
            process.Kill();
            return process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Busybox has a program of that name that cannot do it, and so have old systems: it is asked.</summary>
    private static string? FindDeathSignalSetter()
    {
        foreach (var candidate in _deathSignalSetters.Where(File.Exists))
        {
            try
            {
                using var trial = Process.Start(new ProcessStartInfo(candidate, ["--pdeathsig", "KILL", "--", candidate, "--version"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
                trial.WaitForExit();
                if (trial.ExitCode == 0)
                {
                    return candidate;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not a program that can be run here.
            }
        }

        return null;
    }
}
