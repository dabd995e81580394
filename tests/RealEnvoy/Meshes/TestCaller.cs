namespace Mesh.RealEnvoy.Meshes;

/// <summary>Calls destinations through its sidecar.</summary>
/// <param name="sidecar">The sidecar.</param>
/// <param name="addresses">Where it offers each destination.</param>
public sealed class TestCaller(TestSidecar sidecar, IReadOnlyList<Uri> addresses) : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    public TestSidecar Sidecar { get; } = sidecar;

    /// <summary>Where it offers each destination.</summary>
    public IReadOnlyList<Uri> Addresses { get; } = addresses;

    /// <summary>Status and body of one call; 0 when there was no answer.</summary>
    public async Task<(int Status, string Body)> CallAsync(int destination = 0)
    {
        try
        {
            using var response = await _client.GetAsync(Addresses[destination]);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return (0, "");
        }
    }

    /// <summary>Waits until calls are answered with a status.</summary>
    public async Task UntilAsync(int status, string why, int destination = 0)
    {
        var last = (Status: -1, Body: "");
        await Eventually.HoldsAsync(
            async () => (last = await CallAsync(destination)).Status == status,
            () => $"{status} {why}; the last answer was {last.Status} {last.Body}");
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
