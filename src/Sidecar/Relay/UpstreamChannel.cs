using System.Net.Security;

namespace Mesh.Sidecar.Relay;

/// <summary>The one connection to the control plane, opened when it is needed.</summary>
internal sealed class UpstreamChannel : IDisposable
{
    private const int WindowBytes = 1024 * 1024;
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _keepAlive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _keepAliveTimeout = TimeSpan.FromSeconds(20);
    private readonly ControlPlaneTarget _target;
    private readonly Func<IReadOnlyList<(string Name, string Value)>> _headers;
    private readonly HttpMessageInvoker _client;

    /// <param name="target">The control plane.</param>
    /// <param name="verifier">Verifies its certificate; null: it has none.</param>
    /// <param name="headers">What goes with each call; asked for anew, because tokens change.</param>
    public UpstreamChannel(
        ControlPlaneTarget target, RemoteCertificateValidationCallback? verifier, Func<IReadOnlyList<(string Name, string Value)>> headers)
    {
        _target = target;
        _headers = headers;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = _connectTimeout,
            KeepAlivePingDelay = _keepAlive,
            KeepAlivePingTimeout = _keepAliveTimeout,
            InitialHttp2StreamWindowSize = WindowBytes,
        };
        if (verifier is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = target.Sni,
                RemoteCertificateValidationCallback = verifier,
            };
        }

        _client = new HttpMessageInvoker(handler);
    }

    /// <summary>Opens a call.</summary>
    /// <param name="method"><c>/service/method</c>.</param>
    public UpstreamCall Open(string method, CancellationToken cancellationToken) =>
        new(_client, new Uri(_target.Address, method), _headers(), cancellationToken);

    /// <summary>Whether the control plane answers, be it with a refusal: a call without a message.</summary>
    public async Task<bool> AnswersAsync(string method, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_connectTimeout);
        try
        {
            using var call = Open(method, timeout.Token);
            await call.ConnectAsync(timeout.Token).ConfigureAwait(false);
            call.Complete();
            var answer = await call.AnswerAsync(timeout.Token).ConfigureAwait(false);
            while (await answer.ReadAsync(timeout.Token).ConfigureAwait(false) is { IsCompleted: false } result)
            {
                answer.AdvanceTo(result.Buffer.End);
            }

            var status = call.Status();
            return status.Code == RelayStatus.Ok || status.IsRefusal;
        }
        catch (Exception e) when (IsLoss(e) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether an exception says that a connection, and nothing of ours, is broken.</summary>
    public static bool IsLoss(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or InvalidDataException or ObjectDisposedException;

    public void Dispose() => _client.Dispose();
}
