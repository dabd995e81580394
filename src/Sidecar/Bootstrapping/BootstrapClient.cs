using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Bootstrapping;

/// <summary>Asks the control plane for a bootstrap, again and again while there is hope.</summary>
internal sealed class BootstrapClient : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan _requestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _leavingTimeout = TimeSpan.FromSeconds(2);
    private readonly SidecarOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly HttpClient _client;

    public BootstrapClient(SidecarOptions options, TimeProvider clock, ILogger log)
    {
        _options = options;
        _clock = clock;
        _log = log;
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = ControlPlaneTrust.Of(options) } };
        _client = new HttpClient(handler) { Timeout = _requestTimeout, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    /// <summary>The Envoy bootstrap, YAML.</summary>
    /// <exception cref="SidecarException">The control plane refuses, or could not be reached in time.</exception>
    public async Task<string> FetchAsync(JsonObject request, CancellationToken cancellationToken) =>
        (await FetchAsync(request, giveUpWhenAway: false, cancellationToken).ConfigureAwait(false)).Text!;

    /// <summary>The Envoy bootstrap, YAML; null when there is nobody to ask and the caller has another.</summary>
    /// <param name="giveUpWhenAway">Do not ask again when the control plane is away. One that answers, be it "not yet", is not away.</param>
    /// <exception cref="SidecarException">The control plane refuses, or could not be reached in time.</exception>
    public async Task<(string? Text, string Reason)> FetchAsync(JsonObject request, bool giveUpWhenAway, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(request.ToJsonString());
        var start = _clock.GetTimestamp();
        while (true)
        {
            var fault = await TryOnceAsync(body, giveUpWhenAway ? _patience : _requestTimeout, cancellationToken).ConfigureAwait(false);
            if (fault.Bootstrap is { } bootstrap)
            {
                return (bootstrap, "");
            }

            if (giveUpWhenAway && fault.IsAway)
            {
                return (null, fault.Reason);
            }

            if (fault.IsFinal || _clock.GetElapsedTime(start) + _options.RetryBackoff > _options.RetryMaxDuration)
            {
                throw new SidecarException(SidecarException.Failed, $"no bootstrap from {_options.ControlPlane}: {fault.Reason}");
            }

            _log.BootstrapRetried(_options.ControlPlane, _options.RetryBackoff, fault.Reason);
            await Task.Delay(_options.RetryBackoff, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Tells the control plane that this proxy is about to leave, so that nobody new is sent here while it still serves. A control
    /// plane that does not know this, or cannot be reached, notices when the proxy has gone.
    /// </summary>
    public async Task AnnounceLeavingAsync(SidecarFacts facts)
    {
        try
        {
            using var timeout = new CancellationTokenSource(_leavingTimeout, _clock);
            using var content = JsonContent.Create(new JsonObject
            {
                ["mesh"] = facts.Mesh,
                ["name"] = facts.Name,
                ["dataplaneToken"] = new ProxyToken(_options, facts.Token, _log).Read(),
            });
            using var response = await _client.PostAsync(new Uri(_options.ControlPlane, "/drain"), content, timeout.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                _log.CommandFailed($"the control plane answered {(int)response.StatusCode} to the announcement of leaving");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            _log.CommandFailed($"leaving could not be announced: {e.Message}");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<Outcome> TryOnceAsync(byte[] body, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await TryAsync(body, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Outcome(null, $"no answer within {limit.TotalSeconds:0} s", IsFinal: false, IsAway: true);
        }
    }

    private async Task<Outcome> TryAsync(byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.ControlPlane, "/bootstrap"));
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? Read(text) : Refused(response.StatusCode, text);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            return new Outcome(
                null,
                "the control plane's certificate cannot be verified: name its CA with --ca-cert-file, or pass --skip-verify (" + e.InnerException.Message + ")",
                IsFinal: true);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Outcome(null, e.Message, IsFinal: false, IsAway: true);
        }
    }

    /// <summary>What a change of the request alone can cure is not asked for again.</summary>
    private static Outcome Refused(HttpStatusCode status, string text)
    {
        var reason = text.Trim() is { Length: > 0 } said ? said
            : status == HttpStatusCode.NotFound ? "there is no such Dataplane (yet): apply it, or pass it with --dataplane-file"
            : "no reason given";
        var isFinal = status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.Unauthorized
            or HttpStatusCode.Forbidden or HttpStatusCode.RequestEntityTooLarge;
        return new Outcome(null, $"status {(int)status}: {reason}", isFinal, IsAway: (int)status >= 500);
    }

    private static Outcome Read(string text)
    {
        try
        {
            var encoded = JsonNode.Parse(text)?["bootstrap"]?.GetValue<string>();
            return encoded is null
                ? new Outcome(null, "the answer holds no bootstrap", IsFinal: true)
                : new Outcome(Encoding.UTF8.GetString(Convert.FromBase64String(encoded)), "", IsFinal: true);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return new Outcome(null, $"the answer cannot be read: {e.Message}", IsFinal: true);
        }
    }

    private readonly record struct Outcome(string? Bootstrap, string Reason, bool IsFinal, bool IsAway = false);
}
