using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Bootstrapping;

/// <summary>The token of this proxy. A token file is read anew each time: tokens are replaced while we run.</summary>
/// <param name="options">Where it is.</param>
/// <param name="first">The one that is used while there is no other.</param>
/// <param name="log">Told when the file cannot be read.</param>
internal sealed class ProxyToken(SidecarOptions options, string first, ILogger log)
{
    private volatile string _last = first;

    /// <summary>The token of now, or the last one that could be read.</summary>
    public string Read()
    {
        if (options.Token.Length == 0 && options.TokenFile.Length > 0)
        {
            ReadFile();
        }

        return _last;
    }

    private void ReadFile()
    {
        try
        {
            if (File.ReadAllText(options.TokenFile).Trim() is { Length: > 0 } current)
            {
                _last = current;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.TokenUnreadable(e.Message);
        }
    }
}
