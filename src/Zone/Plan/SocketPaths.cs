namespace Mesh.Zone.Plan;

/// <summary>Paths of the sockets in a sidecar's work directory (contract §5.3).</summary>
internal static class SocketPaths
{
    // A socket address holds 108 bytes; sidecars cut before the suffix.
    private const int MaxStem = 98;

    internal static string DynamicConfig(string directory) => In(directory, "kuma-mesh-metric-config");

    internal static string Readiness(string directory) => In(directory, "kuma-readiness-reporter");

    private static string In(string directory, string name)
    {
        var stem = directory.Length == 0 ? name : $"{directory.TrimEnd('/')}/{name}";
        return (stem.Length <= MaxStem ? stem : stem[..MaxStem]) + ".sock";
    }
}
