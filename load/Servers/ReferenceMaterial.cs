using System.Diagnostics;

namespace Mesh.Load.Servers;

/// <summary>The reference material beside the repository: <c>../shared</c>.</summary>
internal static class ReferenceMaterial
{
    /// <summary>Its folder; null: it is absent.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file in it; need not exist.</summary>
    public static string PathOf(string name) => Path.Combine(Folder ?? "", name);

    /// <summary>Path of an unpacked program; null: it is not there.</summary>
    public static async Task<string?> UnpackAsync(string name, CancellationToken cancellationToken)
    {
        if (Folder is null)
        {
            return null;
        }

        using var unpack = Process.Start(new ProcessStartInfo(PathOf("unpack"), [name]) { RedirectStandardOutput = true })!;
        var path = (await unpack.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
        await unpack.WaitForExitAsync(cancellationToken);
        return unpack.ExitCode == 0 && File.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mesh.sln")))
            {
                var shared = Path.Combine(folder.Parent?.FullName ?? "", "shared");
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}
