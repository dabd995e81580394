using System.Net.Sockets;

namespace Mesh.Sidecar.Envoys;

/// <summary>Envoy's admin endpoint.</summary>
internal sealed class EnvoyAdmin : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);
    private readonly HttpClient _client;

    public EnvoyAdmin(AdminEndpoint endpoint)
    {
        var handler = endpoint.SocketPath.Length > 0 ? UnixSocketHttp.Handler(endpoint.SocketPath) : new SocketsHttpHandler();
        var host = endpoint.SocketPath.Length > 0 ? "localhost"
            : endpoint.Address.Contains(':') ? $"[{endpoint.Address}]:{endpoint.Port}" : $"{endpoint.Address}:{endpoint.Port}";
        _client = new HttpClient(handler) { BaseAddress = new Uri($"http://{host}"), Timeout = _timeout, MaxResponseContentBufferSize = 64 * 1024 };
    }

    /// <summary>Whether Envoy has its configuration and is not going away.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync("/ready", cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (IsConnectionFault(e, cancellationToken))
        {
            return false;
        }
    }

    /// <summary>Sends a command, e.g. <c>/healthcheck/fail</c>.</summary>
    /// <returns>Null when Envoy took it, else what went wrong.</returns>
    public async Task<string?> CommandAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.PostAsync(path, null, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"{path}: status {(int)response.StatusCode}";
        }
        catch (Exception e) when (IsConnectionFault(e, cancellationToken))
        {
            return $"{path}: {e.Message}";
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool IsConnectionFault(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or SocketException or IOException
        || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested);
}
