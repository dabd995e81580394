using System.Runtime.InteropServices;
using Mesh.Model.Stores;

namespace Mesh.Stores.Embedded.Storage;

/// <summary>A folder on disk, held by one process at a time and open to its owner alone, since secrets are in it.</summary>
internal sealed class DiskFolder : IStorageFolder
{
    /// <summary>Mode of its files: 0600.</summary>
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;
    private const string LockName = "lock";
    private const string TemporarySuffix = ".new";

    private readonly FileStream _lock;

    /// <summary>Makes the folder where it is not there, and takes it.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it, or it cannot be written.</exception>
    public DiskFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path, PrivateFolder);
                options.UnixCreateMode = PrivateFile;
            }

            _lock = new FileStream(System.IO.Path.Combine(Path, LockName), options);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreUnavailableException($"the data directory {Path} cannot be written: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new StoreUnavailableException(
                $"the data directory {Path} cannot be taken: another process holds it, or it cannot be written ({fault.Message})", fault);
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IStorageFile Open(string name) => new DiskFile(PathOf(name));

    /// <inheritdoc/>
    public byte[]? ReadSmall(string name) => File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null;

    /// <inheritdoc/>
    public void ReplaceSmall(string name, ReadOnlySpan<byte> content)
    {
        var temporary = PathOf(name + TemporarySuffix);
        using (var file = new DiskFile(temporary))
        {
            file.SetLength(0);
            file.Write(0, content);
            file.Sync();
        }

        File.Move(temporary, PathOf(name), overwrite: true);
        Sync();
    }

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <inheritdoc/>
    public void Move(string name, string newName) => File.Move(PathOf(name), PathOf(newName), overwrite: true);

    /// <inheritdoc/>
    public void Sync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders, and a file's name is durable only once its folder was flushed.
        var handle = OpenFolder(Path, 0);
        if (handle < 0)
        {
            throw new IOException($"the data directory {Path} cannot be opened to flush it (errno {Marshal.GetLastPInvokeError()})");
        }

        var outcome = Flush(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (outcome != 0)
        {
            throw new IOException($"the data directory {Path} cannot be flushed (errno {error})");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
