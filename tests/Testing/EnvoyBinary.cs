using System.Diagnostics;

namespace Mesh.Testing;

/// <summary>A real Envoy for tests: <c>envoy</c> on the path, else the one of the reference material.</summary>
public static class EnvoyBinary
{
    /// <summary>Reason for skipping a test that needs it.</summary>
    public const string SkipReason = "real Envoy: skipped (no envoy on PATH and no reference material)";

    private static readonly Lazy<string?> _path = new(Find);

    /// <summary>Path of the program; null where there is none.</summary>
    public static string? Path => _path.Value;

    /// <summary>Asks Envoy whether it would accept a bootstrap (<c>--mode validate</c>).</summary>
    /// <param name="bootstrap">YAML or JSON text of it.</param>
    /// <returns>Null when it would, else what it prints.</returns>
    public static async Task<string?> ValidateAsync(string bootstrap, CancellationToken cancellationToken = default)
    {
        var file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mesh-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, bootstrap, cancellationToken);
        try
        {
            using var envoy = Process.Start(new ProcessStartInfo(Path!, ["--mode", "validate", "-c", file, "--disable-hot-restart", "-l", "warn"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var output = envoy.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await envoy.StandardError.ReadToEndAsync(cancellationToken);
            await envoy.WaitForExitAsync(cancellationToken);
            return envoy.ExitCode == 0 ? null : errors + await output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Where(folder => folder.Length > 0)
            .Select(folder => System.IO.Path.Combine(folder, "envoy"))
            .FirstOrDefault(File.Exists);
        return onPath ?? Unpack();
    }

    private static string? Unpack()
    {
        if (SharedFolder.Root is not { } root || !OperatingSystem.IsLinux() || !File.Exists(System.IO.Path.Combine(root, "unpack")))
        {
            return null;
        }

        using var unpack = Process.Start(new ProcessStartInfo(System.IO.Path.Combine(root, "unpack"), ["envoy/envoy"])
        {
            RedirectStandardOutput = true,
        })!;
        var path = unpack.StandardOutput.ReadToEnd().Trim();
        unpack.WaitForExit();
        return unpack.ExitCode == 0 && File.Exists(path) ? path : null;
    }
}
