using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mesh.Load.Measuring;
using Mesh.Load.Responses;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>The control port that our raw server and the go-control-plane peer have alike, but that the peer cannot tell what it published, nor change at a rate.</summary>
internal sealed class ControlClient(int port) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <summary>Changes one resource for all or some proxies.</summary>
    public async Task ChangeAsync(StepSpec change, CancellationToken cancellationToken)
    {
        var query = $"/change?kind={change.Kind}&scope={(change.Count > 0 ? "one" : "all")}&n={change.Count}";
        using var response = await _client.PostAsync(query, null, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Changes things at a rate.</summary>
    public async Task<ChurnResult> ChurnAsync(StepSpec churn, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsync($"/churn?model={churn.Model}&rate={churn.Rate}&seconds={churn.Seconds}", null, cancellationToken);
        response.EnsureSuccessStatusCode();
        var result = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        return new ChurnResult((long)result["due"]!, (long)result["made"]!, (long)result["allocated_bytes"]!);
    }

    /// <summary>What was published last for all proxies.</summary>
    public Task<PublishedContents?> PublishedAsync(CancellationToken cancellationToken) =>
        _client.GetFromJsonAsync<PublishedContents>("/published", cancellationToken);

    /// <summary>What the runtime tells.</summary>
    public async Task<RuntimeFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        var stats = (await _client.GetFromJsonAsync<JsonObject>("/stats", cancellationToken))!;
        var collections = stats["collections"] is JsonArray generations
            ? generations.Select(count => (long)count!).ToArray()
            : [(long)stats["gc_count"]!];
        return new RuntimeFigures((long)stats["heap_bytes"]!, (long)stats["allocated_bytes"]!, collections, (long?)stats["oldest_bytes"]);
    }

    public void Dispose() => _client.Dispose();
}
