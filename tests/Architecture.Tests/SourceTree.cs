namespace Mesh.Architecture.Tests;

/// <summary>Files of the repository that people write.</summary>
internal static class SourceTree
{
    /// <summary>All C# files below a folder, build output left out.</summary>
    public static IEnumerable<string> CSharpFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/artifacts/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal));
}
