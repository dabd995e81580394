namespace Mesh.Sidecar.State;

/// <summary>
/// The file of a saved state: replaced as a whole or not at all, readable by its owner only.
/// </summary>
/// <param name="path">Path.</param>
/// <param name="create">Makes the file that is written first; null: on disk.</param>
internal sealed class StateFile(string path, Func<string, Stream>? create = null)
{
    /// <summary>Larger files are none of ours.</summary>
    public const long MaxBytes = 512 * 1024 * 1024;

    private readonly Func<string, Stream> _create = create ?? CreateOwned;

    /// <summary>Path.</summary>
    public string Path { get; } = path;

    /// <summary>Where a file that could not be used was put.</summary>
    public string AsidePath => Path + ".unusable";

    /// <summary>Reads the state; null when there is none.</summary>
    /// <exception cref="StateFormatException">The file holds no state.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ProxyState? Read()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        return new FileInfo(Path).Length > MaxBytes
            ? throw new StateFormatException($"it is larger than {MaxBytes} bytes")
            : StateCodec.Read(File.ReadAllBytes(Path));
    }

    /// <summary>Replaces the state. After a failure the former one is still there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(byte[] state)
    {
        var next = Path + ".new";
        try
        {
            File.Delete(next);
            using (var stream = _create(next))
            {
                stream.Write(state);
                stream.Flush();
                (stream as FileStream)?.Flush(flushToDisk: true);
            }

            File.Move(next, Path, overwrite: true);
        }
        catch
        {
            TryDelete(next);
            throw;
        }
    }

    /// <summary>Puts a file that cannot be used out of the way; the last one of them is kept.</summary>
    public void SetAside() => File.Move(Path, AsidePath, overwrite: true);

    private static FileStream CreateOwned(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next attempt replaces it.
        }
    }
}
