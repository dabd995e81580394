using System.Diagnostics;

namespace Mesh.Cli.Demo;

/// <summary>Makes the demo's calls.</summary>
internal sealed class DemoCaller : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>One call. Never throws for a call that fails: what went wrong is the call's body.</summary>
    public async Task<DemoCall> CallAsync(Uri address, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.GetAsync(address, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return new DemoCall((int)response.StatusCode, Stopwatch.GetElapsedTime(start), text);
        }
        catch (HttpRequestException e)
        {
            return new DemoCall(0, Stopwatch.GetElapsedTime(start), e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DemoCall(0, Stopwatch.GetElapsedTime(start), "no answer");
        }
    }

    public void Dispose() => _client.Dispose();
}
