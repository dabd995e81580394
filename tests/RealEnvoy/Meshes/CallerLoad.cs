using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>Calls an address without pause until it is stopped, and keeps what went wrong.</summary>
public sealed class CallerLoad : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly Task[] _callers;
    private readonly TimeSpan _pause;
    private int _succeeded;
    private long _firstFailure;
    private long _lastFailure;

    /// <param name="address">Whom to call.</param>
    /// <param name="callers">Calls at the same time.</param>
    /// <param name="pause">Pause of a caller between two calls. Default: none.</param>
    public CallerLoad(Uri address, int callers = 4, TimeSpan pause = default)
    {
        _pause = pause;
        _callers = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(() => RunAsync(address)))];
    }

    /// <summary>Calls that were answered with 200.</summary>
    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Calls that were not.</summary>
    public int Failed => _failures.Count;

    /// <summary>From the first call that failed until after the last one.</summary>
    public TimeSpan Outage => Failed == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Interlocked.Read(ref _firstFailure), Interlocked.Read(ref _lastFailure));

    /// <summary>How often each body was answered.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Waits until so many more calls were answered.</summary>
    public Task MoreAsync(int calls)
    {
        var target = Succeeded + calls;
        return Eventually.HoldsAsync(() => Task.FromResult(Succeeded >= target || !_failures.IsEmpty), $"{calls} more calls");
    }

    /// <summary>Stops and tells what failed.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        return [.. _failures];
    }

    /// <summary>Stops; every call must have been answered with 200.</summary>
    public async Task AssertNothingLostAsync()
    {
        var failures = await StopAsync();
        Assert.True(
            failures.Count == 0,
            $"{failures.Count} of {failures.Count + Succeeded} calls failed:\n" + string.Join('\n', failures.GroupBy(f => f).Select(g => $"{g.Count()} x {g.Key}")));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Uri address)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.GetAsync(address);
                var body = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode)
                {
                    _answers.AddOrUpdate(body, 1, static (_, count) => count + 1);
                    Interlocked.Increment(ref _succeeded);
                }
                else
                {
                    Failure($"{(int)response.StatusCode} {body}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Failure(e.Message);
            }

            if (_pause > TimeSpan.Zero)
            {
                await Task.Delay(_pause);
            }
        }
    }

    private void Failure(string what)
    {
        var now = Stopwatch.GetTimestamp();
        Interlocked.CompareExchange(ref _firstFailure, now, 0);
        Interlocked.Exchange(ref _lastFailure, now);
        _failures.Enqueue(what);
    }
}
