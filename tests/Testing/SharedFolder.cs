using System.Runtime.CompilerServices;

namespace Mesh.Testing;

/// <summary>
/// The reference material beside the repository (<c>../shared</c>). Tests read it in place; where it is absent they are
/// skipped and say so.
/// </summary>
public static class SharedFolder
{
    /// <summary>Root of the repository.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>Path of the folder, or null where it is absent.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>Reason for skipping a test that needs the folder.</summary>
    public const string SkipReason = "skipped: the reference material (../shared) is absent";

    /// <summary>True where the folder is there.</summary>
    public static bool IsPresent => Root is not null;

    /// <summary>Folder of the conformance cases: <c>MESH_CONFORMANCE_DIR</c>, else <c>../shared/conformance</c>; null where absent.</summary>
    public static string? Conformance
    {
        get
        {
            var named = Environment.GetEnvironmentVariable("MESH_CONFORMANCE_DIR");
            var path = string.IsNullOrEmpty(named) ? Root is null ? null : Path.Combine(Root, "conformance") : named;
            return path is not null && Directory.Exists(path) ? path : null;
        }
    }

    private static string FindRepositoryRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    private static string? FindRoot()
    {
        var path = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));
        return Directory.Exists(path) ? path : null;
    }
}
