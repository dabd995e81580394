namespace Mesh.Sidecar.Envoys;

/// <summary>Finds the Envoy to run, as a shell would.</summary>
public static class EnvoyLocator
{
    /// <summary>The program's path.</summary>
    /// <param name="envoyPath">A path, or a name that is looked for in <paramref name="searchPath"/>.</param>
    /// <param name="searchPath">The variable PATH.</param>
    /// <exception cref="SidecarException">There is none (exit code 3): the message says how to get one.</exception>
    public static string Find(string envoyPath, string searchPath)
    {
        if (envoyPath.Contains(Path.DirectorySeparatorChar))
        {
            return IsProgram(envoyPath) ? Path.GetFullPath(envoyPath) : throw Missing($"there is no program at {envoyPath}");
        }

        foreach (var folder in searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.Combine(folder, envoyPath);
            if (IsProgram(candidate))
            {
                return candidate;
            }
        }

        throw Missing($"there is no \"{envoyPath}\" on PATH");
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    private static SidecarException Missing(string what) => new(
        SidecarException.NoEnvoy,
        $"""
        No Envoy: {what}.
        A sidecar is an Envoy (1.30 or newer). To get one, either
          - install it: https://www.envoyproxy.io/docs/envoy/latest/start/install (packages for apt, dnf and brew)
          - take the program of a release: https://github.com/envoyproxy/envoy/releases
          - take it from the container image: docker create --name envoy envoyproxy/envoy:v1.40-latest && docker cp envoy:/usr/local/bin/envoy .
        and put it on PATH or name it with --envoy-path.
        """);
}
