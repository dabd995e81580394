using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Relay;

/// <summary>What identifies this proxy on each stream. A token file is read anew each time: tokens are replaced while we run.</summary>
internal sealed class StreamToken(SidecarOptions options, string token, IReadOnlyList<(string Name, string Value)> fromBootstrap, ILogger log)
{
    private const string Authorization = "authorization";
    private volatile string _token = token.Length > 0
        ? token
        : fromBootstrap.FirstOrDefault(header => header.Name.Equals(Authorization, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>The headers of a stream that is opened now.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers()
    {
        if (options.Token.Length == 0 && options.TokenFile.Length > 0)
        {
            ReadFile();
        }

        var others = fromBootstrap.Where(header => !header.Name.Equals(Authorization, StringComparison.OrdinalIgnoreCase));
        return _token.Length > 0 ? [.. others, (Authorization, _token)] : [.. others];
    }

    private void ReadFile()
    {
        try
        {
            if (File.ReadAllText(options.TokenFile).Trim() is { Length: > 0 } current)
            {
                _token = current;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.TokenUnreadable(e.Message);
        }
    }
}
