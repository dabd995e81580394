using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.State;

/// <summary>What a sidecar finds of its former self when it starts, and whether it may use it.</summary>
internal sealed class SavedState : IDisposable
{
    private readonly SidecarOptions _options;
    private readonly ILogger _log;

    private SavedState(SidecarOptions options, string identity, StateFolder? folder, ILogger log)
    {
        _options = options;
        _log = log;
        Identity = identity;
        Folder = folder;
        Former = folder is null ? null : Read(folder.State);
    }

    /// <summary>Its folder; null: nothing is kept on disk.</summary>
    public StateFolder? Folder { get; }

    /// <summary>Which proxy of which control plane this is.</summary>
    public string Identity { get; }

    /// <summary>The former state of this proxy; null when there is none.</summary>
    public ProxyState? Former { get; private set; }

    /// <summary>Looks for it. Trouble is told and means that there is none.</summary>
    public static SavedState Open(SidecarOptions options, string mesh, string name, ILogger log)
    {
        var identity = string.Join('\n', mesh, name, options.ControlPlane.AbsoluteUri, Hash(options.CaCert));
        if (options.KeepConfiguration != KeepConfiguration.Disk)
        {
            return new SavedState(options, identity, null, log);
        }

        var root = options.StateDir.Length > 0 ? options.StateDir
            : StateFolder.DefaultRoot(System.Environment.GetEnvironmentVariable, System.Environment.IsPrivilegedProcess);
        try
        {
            var folder = root.Length > 0 ? StateFolder.Open(root, mesh, name) : throw new IOException("there is no home folder");
            return new SavedState(options, identity, folder, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.FolderUnusable(root.Length > 0 ? root : "a folder for state", e.Message);
            return new SavedState(options, identity, null, log);
        }
    }

    /// <summary>The former state, if the same request was answered with it; else null.</summary>
    public ProxyState? For(JsonObject request)
    {
        if (Former is { } former && former.Request != Fingerprint(request))
        {
            _log.StateUnused(former.SavedAt, "this proxy starts with another Dataplane, other flags or other ports than then");
            Former = null;
        }

        return Former;
    }

    /// <summary>Hash of a bootstrap request without what changes from start to start and means nothing for the configuration.</summary>
    public static string Fingerprint(JsonObject request)
    {
        var lasting = (JsonObject)request.DeepClone();
        lasting.Remove("dataplaneToken");
        lasting.Remove("version");
        return Hash(lasting.ToJsonString());
    }

    public void Dispose() => Folder?.Dispose();

    private ProxyState? Read(StateFile file)
    {
        try
        {
            var state = file.Read();
            if (state is null || state.Identity == Identity)
            {
                return state;
            }

            SetAside(file, $"it is of another proxy or control plane ({state.Identity.Replace('\n', ' ')}), not of {_options.ControlPlane}");
        }
        catch (StateFormatException e)
        {
            SetAside(file, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.FolderUnusable(file.Path, e.Message);
        }

        return null;
    }

    private void SetAside(StateFile file, string reason)
    {
        try
        {
            file.SetAside();
            _log.StateSetAside(file.Path, file.AsidePath, reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.FolderUnusable(file.Path, $"{reason}; it cannot be put aside: {e.Message}");
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
