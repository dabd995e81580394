using System.Diagnostics;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>The Envoys of a folder, by their command lines: other tests have theirs.</summary>
public static class EnvoyProcesses
{
    /// <summary>Process ids of the Envoys whose bootstrap is in a folder.</summary>
    public static IReadOnlyList<int> Of(string folder) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Select(name => int.TryParse(name, out var id) ? id : 0)
            .Where(id => id != 0 && IsEnvoyOf(id, folder))];

    /// <summary><c>kill -9</c>.</summary>
    public static void Kill(IEnumerable<int> ids)
    {
        foreach (var id in ids)
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
    }

    /// <summary><c>kill -TERM</c>.</summary>
    public static void Terminate(IEnumerable<int> ids)
    {
        foreach (var id in ids)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{id}"]);
            kill.WaitForExit();
        }
    }

    private static bool IsEnvoyOf(int id, string folder)
    {
        try
        {
            var arguments = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            var at = Array.IndexOf(arguments, "--config-path");
            // What starts it names the file too, before it becomes the Envoy.
            return at == 1 && arguments[at + 1].StartsWith(folder + "/", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
