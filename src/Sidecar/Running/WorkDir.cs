namespace Mesh.Sidecar.Running;

/// <summary>Folder for the bootstrap and the sockets; only the user that runs the proxy may look into it.</summary>
internal sealed class WorkDir : IDisposable
{
    // Room for the longest name of a socket in what a Unix socket's path may have.
    private const int MaxSharedLength = 70;
    private readonly bool _isOurs;

    private WorkDir(string path, bool isOurs)
    {
        Path = path;
        _isOurs = isOurs;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>
    /// Opens a folder, made where it is missing; an empty path: <paramref name="lasting"/>, else a new temporary one, removed at the end.
    /// </summary>
    /// <param name="lasting">A folder of ours that is the same at each start; null: none.</param>
    /// <exception cref="SidecarException">It cannot be made.</exception>
    public static WorkDir Open(string path, string? lasting = null)
    {
        try
        {
            if (path.Length == 0 && lasting is { Length: <= MaxSharedLength })
            {
                return new WorkDir(Directory.CreateDirectory(lasting).FullName, isOurs: true);
            }

            if (path.Length == 0)
            {
                return new WorkDir(Directory.CreateTempSubdirectory("mesh-proxy-").FullName, isOurs: true);
            }

            if (!Directory.Exists(path))
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(path);
                }
                else
                {
                    Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }

            return new WorkDir(System.IO.Path.GetFullPath(path), isOurs: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SidecarException(SidecarException.BadInput, $"the work folder {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that only we may read, for it holds the token.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        try
        {
            File.Delete(file);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(file, options);
            writer.Write(text);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SidecarException(SidecarException.Failed, $"{file} cannot be written: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        if (_isOurs)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException)
            {
                // A socket that is still open elsewhere: the system's cleaning of temporary files takes it.
            }
        }
    }
}
