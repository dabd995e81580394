using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mesh.Sidecar.Envoys;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Dns;

/// <summary>
/// Asks Envoy for the names of the mesh, which the control plane put into a listener on a Unix socket (contract §3.4).
/// Envoy cannot notify, so it is asked; an unchanged list costs an answer without a body.
/// </summary>
internal sealed class DynamicConfigPoller : IDisposable
{
    private const int MaxListBytes = 16 * 1024 * 1024;
    private readonly HttpClient _client;
    private readonly DnsResponder _responder;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private string _etag = "";

    public DynamicConfigPoller(string socketPath, DnsResponder responder, TimeSpan interval, TimeProvider clock, ILogger log)
    {
        _client = new HttpClient(UnixSocketHttp.Handler(socketPath))
        {
            BaseAddress = new Uri("http://localhost"),
            Timeout = TimeSpan.FromSeconds(5),
            MaxResponseContentBufferSize = MaxListBytes,
        };
        _responder = responder;
        _interval = interval;
        _clock = clock;
        _log = log;
    }

    /// <summary>Asks until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_interval, _clock);
        try
        {
            do
            {
                await PollAsync(cancellationToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Asks once.</summary>
    internal async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/dns");
            if (_etag.Length > 0)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", _etag);
            }

            using var response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await TakeAsync(response, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // There is no such listener before Envoy has its configuration, and none at all without names.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task TakeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var etag = response.Headers.TryGetValues("ETag", out var values) ? values.First() : "";
        if (etag.Length > 0 && etag == _etag)
        {
            return;
        }

        try
        {
            var names = DnsNames.Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            _responder.Names = names;
            _log.NamesChanged(names.Count);
        }
        catch (JsonException e)
        {
            _log.NamesUnusable(e.Message);
        }

        // Also for a list that cannot be used: the same one is not read again.
        _etag = etag;
    }
}
