using System.Security.Cryptography;
using System.Text;

namespace Mesh.Sidecar.State;

/// <summary>The folder of one proxy's saved state. One process at a time has it; only its owner may look into it.</summary>
internal sealed class StateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int MaxReadable = 40;
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream locked)
    {
        Path = path;
        _lock = locked;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>The saved state.</summary>
    public StateFile State => new(System.IO.Path.Combine(Path, "state"));

    /// <summary>Folder for sockets: the same at each start, because the configuration names them.</summary>
    public string RunPath => System.IO.Path.Combine(Path, "run");

    /// <summary>Opens the folder of a proxy, made where it is missing.</summary>
    /// <param name="root">Folder of all proxies.</param>
    /// <exception cref="IOException">It cannot be made, or another process uses it.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static StateFolder Open(string root, string mesh, string name)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, FolderName(mesh, name)));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
            File.SetUnixFileMode(path, OwnerOnly);
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new StateFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), options));
    }

    /// <summary>
    /// Where states are kept when nobody says where: systemd's <c>STATE_DIRECTORY</c>, <c>/var/lib/mesh/proxies</c> for root, else
    /// <c>XDG_STATE_HOME</c> or <c>~/.local/state</c>. Empty: nowhere.
    /// </summary>
    public static string DefaultRoot(Func<string, string?> environment, bool isRoot)
    {
        if (environment("STATE_DIRECTORY") is { Length: > 0 } systemd)
        {
            return systemd.Split(':')[0];
        }

        return isRoot ? "/var/lib/mesh/proxies"
            : environment("XDG_STATE_HOME") is { Length: > 0 } state ? System.IO.Path.Combine(state, "mesh", "proxies")
            : environment("HOME") is { Length: > 0 } home ? System.IO.Path.Combine(home, ".local", "state", "mesh", "proxies")
            : "";
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Readable where that is short and safe; different for different proxies in any case.</summary>
    private static string FolderName(string mesh, string name)
    {
        var readable = $"{mesh}.{name}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{mesh}\n{name}")))[..8];
        var safe = string.Concat(readable.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
        return $"{(safe.Length > MaxReadable ? safe[..MaxReadable] : safe).TrimStart('.')}-{hash}";
    }
}
