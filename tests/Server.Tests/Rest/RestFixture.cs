using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.Rest;

/// <summary>A control plane in this process, on free ports of the loopback address, and a client of its API.</summary>
internal sealed class RestFixture : IAsyncDisposable
{
    private readonly HttpClient _client;

    private RestFixture(ControlPlane controlPlane)
    {
        ControlPlane = controlPlane;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = controlPlane.Addresses.Http };
    }

    public ControlPlane ControlPlane { get; }

    public static async Task<RestFixture> StartAsync(params (string Path, string Value)[] settings)
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        foreach (var (path, value) in settings)
        {
            flags[path] = value;
        }

        var loaded = SettingsLoader.Load(new SettingsSources { Flags = flags });
        return new RestFixture(await ControlPlane.StartAsync(
            loaded.Settings, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    public async Task<RestReply> SendAsync(
        string method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.StartsWith('/') ? new Uri(_client.BaseAddress!.ToString().TrimEnd('/') + path) : new Uri(path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new(contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new RestReply(response.StatusCode, text, warnings) { Location = response.Headers.Location?.OriginalString };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await ControlPlane.DisposeAsync();
    }
}

internal sealed record RestReply(HttpStatusCode Status, string Text, IReadOnlyList<string> Warnings)
{
    public string? Location { get; init; }

    public JsonNode Json => JsonNode.Parse(Text)!;
}
