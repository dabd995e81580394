using Mesh.Sidecar.Bootstrapping;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Relay;

/// <summary>What identifies this proxy on each stream.</summary>
internal sealed class StreamToken(SidecarOptions options, string token, IReadOnlyList<(string Name, string Value)> fromBootstrap, ILogger log)
{
    private const string Authorization = "authorization";
    private readonly ProxyToken _token = new(options, token.Length > 0 ? token : Named(fromBootstrap), log);

    /// <summary>The headers of a stream that is opened now.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers()
    {
        var current = _token.Read();
        var others = fromBootstrap.Where(header => !IsAuthorization(header.Name));
        return current.Length > 0 ? [.. others, (Authorization, current)] : [.. others];
    }

    private static string Named(IReadOnlyList<(string Name, string Value)> headers) =>
        headers.FirstOrDefault(header => IsAuthorization(header.Name)).Value ?? "";

    private static bool IsAuthorization(string name) => name.Equals(Authorization, StringComparison.OrdinalIgnoreCase);
}
