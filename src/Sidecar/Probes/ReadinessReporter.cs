using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Sidecar.Probes;

/// <summary>
/// Says on a loopback port whether the proxy can take traffic: <c>GET /ready</c> is 200 or 503. Envoy's admin listener
/// and the control plane's health checks ask here, so that a draining proxy is left alone before its Envoy stops.
/// </summary>
internal sealed class ReadinessReporter : IDisposable
{
    private const int MaxRequestBytes = 8 * 1024;
    private const int MaxConnections = 64;
    private static readonly TimeSpan _idleConnection = TimeSpan.FromMinutes(1);
    private readonly TcpListener _listener;
    private readonly Func<CancellationToken, Task<bool>> _isReady;
    private readonly SemaphoreSlim _connections = new(MaxConnections);
    private volatile bool _isDraining;

    private ReadinessReporter(TcpListener listener, Func<CancellationToken, Task<bool>> isReady)
    {
        _listener = listener;
        _isReady = isReady;
    }

    /// <summary>The port it listens on.</summary>
    public ushort Port => (ushort)((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens the port; 0: any free one.</summary>
    /// <param name="isReady">Whether Envoy is ready.</param>
    /// <exception cref="SidecarException">The port is in use.</exception>
    public static ReadinessReporter Listen(ushort port, Func<CancellationToken, Task<bool>> isReady)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return new ReadinessReporter(listener, isReady);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new SidecarException(
                SidecarException.Failed, $"the readiness port {port} cannot be opened ({e.Message}): choose another with --readiness-port", e);
        }
    }

    /// <summary>From now on the answer is no.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Answers until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(cancellationToken).ConfigureAwait(false);
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted.
                _connections.Release();
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var owned = client;
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var stream = client.GetStream();
            var buffer = new byte[MaxRequestBytes];
            var length = 0;
            while (true)
            {
                idle.CancelAfter(_idleConnection);
                var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (end < 0)
                {
                    var read = length == buffer.Length ? 0 : await stream.ReadAsync(buffer.AsMemory(length), idle.Token).ConfigureAwait(false);
                    if (read == 0)
                    {
                        return;
                    }

                    length += read;
                    continue;
                }

                var isReady = IsReadyRequest(buffer.AsSpan(0, end));
                await stream.WriteAsync(await AnswerAsync(isReady, idle.Token).ConfigureAwait(false), idle.Token).ConfigureAwait(false);
                buffer.AsSpan(end + 4, length - end - 4).CopyTo(buffer);
                length -= end + 4;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone or idle.
        }
        finally
        {
            _connections.Release();
        }
    }

    private static bool IsReadyRequest(ReadOnlySpan<byte> head) =>
        head.StartsWith("GET /ready "u8) || head.StartsWith("GET /ready?"u8);

    private async Task<byte[]> AnswerAsync(bool isReadyRequest, CancellationToken cancellationToken)
    {
        var (status, text) = !isReadyRequest ? ("404 Not Found", "NOT_FOUND")
            : _isDraining ? ("503 Service Unavailable", "TERMINATING")
            : await _isReady(cancellationToken).ConfigureAwait(false) ? ("200 OK", "READY")
            : ("503 Service Unavailable", "NOT_READY");
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {text.Length}\r\ncache-control: no-cache\r\n\r\n{text}");
    }
}
