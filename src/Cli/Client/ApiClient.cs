using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Client;

/// <summary>The REST API of a control plane.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;

    public ApiClient(ControlPlaneAddress address)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (address.SkipVerify)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }
        else if (address.CaCertFile is { } file)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, roots);
        }

        _http = new HttpClient(handler) { BaseAddress = address.Url, Timeout = _timeout };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("mesh-cli");
        if (address.Token is { Length: > 0 } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Reads JSON; null when there is nothing at the path.</summary>
    public async Task<JsonNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, cancellationToken);
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return await ReadAsync(response, cancellationToken) ?? new JsonObject();
    }

    /// <summary>Reads text.</summary>
    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Posts JSON and reads text.</summary>
    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task<string> PostAsync(string path, JsonNode body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Writes a resource.</summary>
    /// <returns>Whether it is new, and what the control plane warns of.</returns>
    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task<(bool IsNew, IReadOnlyList<string> Warnings)> PutAsync(string path, JsonNode body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, path, body, cancellationToken);
        var answer = await ReadAsync(response, cancellationToken);
        var warnings = new List<string>();
        foreach (var warning in answer?["warnings"] as JsonArray ?? [])
        {
            warnings.Add(warning?.ToString() ?? "");
        }

        foreach (var warning in response.Headers.Warning)
        {
            warnings.Add(warning.Text.Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal));
        }

        return (response.StatusCode == HttpStatusCode.Created, warnings);
    }

    /// <summary>Deletes a resource.</summary>
    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, path, null, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(leaf);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"could not connect to the control plane at {_http.BaseAddress}: {e.InnerException?.Message ?? e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"the control plane at {_http.BaseAddress} did not answer within {_timeout.TotalSeconds} s");
        }
    }

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await EnsureSuccessAsync(response, cancellationToken);
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (JsonException e)
        {
            throw new CliException($"the control plane's answer is not JSON: {e.Message}");
        }
    }

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        JsonNode? problem = null;
        try
        {
            problem = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Not problem JSON: told as it is.
        }

        var status = (int)response.StatusCode;
        if (problem is not JsonObject)
        {
            throw new ApiException(status, $"HTTP {status}", text.Trim(), []);
        }

        var violations = new List<(string, string)>();
        foreach (var violation in problem["invalid_parameters"] as JsonArray ?? [])
        {
            violations.Add((violation?["field"]?.ToString() ?? "", violation?["reason"]?.ToString() ?? ""));
        }

        throw new ApiException(status, problem["title"]?.ToString() ?? $"HTTP {status}", problem["detail"]?.ToString() ?? "", violations);
    }
}
