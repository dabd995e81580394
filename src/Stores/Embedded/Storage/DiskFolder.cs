using System.Runtime.InteropServices;
using Mesh.Model.Stores;
using Microsoft.Win32.SafeHandles;

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
    public IReadOnlyList<string> List() => [.. Try(() => Directory.GetFiles(Path)).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IStorageFile Open(string name) => Try(() => new DiskFile(PathOf(name)));

    /// <inheritdoc/>
    public byte[]? ReadSmall(string name) => File.Exists(PathOf(name)) ? Try(() => File.ReadAllBytes(PathOf(name))) : null;

    /// <inheritdoc/>
    public void ReplaceSmall(string name, ReadOnlySpan<byte> content)
    {
        using (var file = Open(name + TemporarySuffix))
        {
            file.SetLength(0);
            file.Write(0, content);
            file.Sync();
        }

        Move(name + TemporarySuffix, name);
        Sync();
    }

    /// <inheritdoc/>
    public void Delete(string name) => Try(() =>
    {
        File.Delete(PathOf(name));
        return true;
    });

    /// <inheritdoc/>
    public void Move(string name, string newName) => Try(() =>
    {
        File.Move(PathOf(name), PathOf(newName), overwrite: true);
        return true;
    });

    /// <inheritdoc/>
    public void Sync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders, and a file's name is durable only once its folder was flushed.
        using var handle = new SafeFileHandle(OpenFolder(Path, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"the data directory {Path} cannot be opened to flush it (errno {Marshal.GetLastPInvokeError()})");
        }

        Durable.Flush(handle, Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What may not be done is a fault like others: whoever uses a disk waits for <see cref="IOException"/>s.</summary>
    private static T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
