using Grpc.Core;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Zone;

/// <summary>
/// Keeps a zone connected to Global: connects, and after a loss connects again, soon at first, then with growing pauses. What it
/// meets is told once per change of state. The zone never waits for it.
/// </summary>
internal sealed class GlobalConnector : IAsyncDisposable
{
    // A connection that lived this long was a good one: the next attempt comes soon.
    private static readonly TimeSpan _goodLife = TimeSpan.FromSeconds(10);

    // Who is refused is not let in sooner by asking often.
    private static readonly TimeSpan _leastAfterRefusal = TimeSpan.FromSeconds(1);

    // A Global that is not there costs a packet to ask for, and a zone should be back soon after it is.
    private static readonly TimeSpan _mostWhileAway = TimeSpan.FromSeconds(3);

    private readonly Uri _address;
    private readonly ZoneKdsSettings _settings;
    private readonly ZoneCredentials _credentials;
    private readonly Func<IZoneStreams> _streams;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private GlobalConnectionState _state;
    private Task _running = Task.CompletedTask;
    private string? _told;

    /// <param name="address">Global.</param>
    /// <param name="settings">How to connect.</param>
    /// <param name="credentials">What to show.</param>
    /// <param name="streams">What to do on the streams of each connection.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="logger">Where changes of state are told.</param>
    public GlobalConnector(
        Uri address, ZoneKdsSettings settings, ZoneCredentials credentials, Func<IZoneStreams> streams, TimeProvider clock, ILogger<GlobalConnector> logger)
    {
        _address = address;
        _settings = settings;
        _credentials = credentials;
        _streams = streams;
        _clock = clock;
        _logger = logger;
        _state = new GlobalConnectionState(address.ToString().TrimEnd('/'), false, clock.GetUtcNow(), null, null, 0);
    }

    /// <summary>How the connection is now.</summary>
    public GlobalConnectionState State => Volatile.Read(ref _state);

    /// <summary>Begins to connect.</summary>
    public void Start()
    {
        if (_settings.TlsSkipVerify)
        {
            KdsLog.GlobalUnverified(_logger);
        }

        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = _settings.ReconnectBaseBackoff;
        while (!_stop.IsCancellationRequested)
        {
            var began = _clock.GetTimestamp();
            var end = await ConnectAsync();
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            var wasGood = State.IsConnected && _clock.GetElapsedTime(began) >= _goodLife;
            Lost(end);
            pause = wasGood ? _settings.ReconnectBaseBackoff : pause;
            var refused = IsRefusal(end.StatusCode);
            var most = refused ? _settings.ReconnectMaxBackoff : Min(_settings.ReconnectMaxBackoff, _mostWhileAway);
            var least = Min(refused && pause < _leastAfterRefusal ? _leastAfterRefusal : pause, most);
            if (!await WaitAsync(least * (0.5 + Random.Shared.NextDouble())))
            {
                return;
            }

            pause = Min(least * 2, most);
        }
    }

    private async Task<Status> ConnectAsync()
    {
        try
        {
            var headers = await _credentials.CreateAsync(_stop.Token);
            using var channel = new GlobalChannel(_address, _settings, _clock);
            await using var streams = _streams();
            await streams.PrepareAsync(channel.Calls, headers, _stop.Token);
            return await new GlobalConnection(channel, headers, streams, _clock, Connected).RunAsync(_stop.Token);
        }
        catch (RpcException e)
        {
            return GlobalConnection.Explain(e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Status(StatusCode.Unknown, e.Message);
        }
    }

    private void Connected()
    {
        Volatile.Write(ref _state, State with { IsConnected = true, Since = _clock.GetUtcNow(), Attempts = 0 });
        _told = null;
        KdsLog.Connected(_logger, State.Address);
    }

    private void Lost(Status end)
    {
        var now = _clock.GetUtcNow();
        var before = State;
        var isWanted = end.StatusCode == StatusCode.OK;
        var reason = isWanted ? "connects anew: " + end.Detail : $"{end.StatusCode}: {end.Detail}";
        Volatile.Write(ref _state, before with
        {
            IsConnected = false,
            Since = before.IsConnected ? now : before.Since,
            LastError = reason,
            LastErrorTime = now,
            Attempts = before.Attempts + 1,
        });
        if (isWanted)
        {
            KdsLog.ConnectsAnew(_logger, before.Address, end.Detail);
            return;
        }

        var told = IsRefusal(end.StatusCode) ? end.StatusCode.ToString() : "lost";
        if (_told != told)
        {
            _told = told;
            KdsLog.Lost(_logger, before.Address, reason);
        }
    }

    private async Task<bool> WaitAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _clock, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static bool IsRefusal(StatusCode code) =>
        code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.FailedPrecondition or StatusCode.InvalidArgument;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
