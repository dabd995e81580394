using Mesh.Global.Sync;
using Mesh.Protocol.Kds;
using Mesh.Zone.Sync;

namespace Mesh.Convergence;

/// <summary>A zone's connection to Global: a stream in each direction, as a host joins them.</summary>
internal sealed class Connection : IAsyncDisposable
{
    /// <summary>Metadata of the node, <c>{store-id: x}</c>: both are ours.</summary>
    private static readonly byte[] _metadata = [0x0A, 0x0F, 0x0A, 0x08, .. "store-id"u8, 0x12, 0x03, 0x1A, 0x01, (byte)'x'];

    // Small parts, so that sets are split.
    private static readonly KdsOptions _options = new() { ResponseBudget = 600, RequestBudget = 200 };

    private readonly GlobalLink _atZone;
    private readonly ZoneLink _atGlobal;
    private readonly Half _down;
    private readonly Half _up;

    private Connection(GlobalLink atZone, ZoneLink atGlobal, Half down, Half up) =>
        (_atZone, _atGlobal, _down, _up) = (atZone, atGlobal, down, up);

    /// <summary>One side wants the streams opened anew.</summary>
    public bool MustReconnect => _atZone.ReconnectRequested.IsCancellationRequested || _atGlobal.ReconnectRequested.IsCancellationRequested;

    public long NextDeadline => Math.Min(_down.NextDeadline, _up.NextDeadline);

    public string Refusals => string.Concat(_down.Refusals.Concat(_up.Refusals));

    public static async Task<Connection> OpenAsync(ControlPlane global, ControlPlane zone, bool asKuma)
    {
        var metadata = asKuma ? [] : _metadata;
        var name = zone.Zone!;
        var atZone = zone.OfZone.Connect();
        var atGlobal = global.Global.Connect(name);
        var downReceiver = new KdsReceiver(name, metadata, _options);
        foreach (var type in zone.OfZone.ReceivedTypes)
        {
            downReceiver.Ask(type, asKuma ? null : await atZone.HeldAsync(type));
        }

        var upReceiver = new KdsReceiver(name, metadata, _options);
        foreach (var type in global.Global.ReceivedTypes)
        {
            upReceiver.Ask(type, asKuma ? null : await atGlobal.HeldAsync(type));
        }

        return new Connection(
            atZone,
            atGlobal,
            new Half(global.Global.Feed, name, downReceiver, _options, atZone.ApplyAsync),
            new Half(zone.OfZone.Feed, "global", upReceiver, _options, atGlobal.ApplyAsync));
    }

    /// <summary>One message arrives, of the stream and side that the order prefers. False: none is on its way.</summary>
    public bool Deliver(int order, long now)
    {
        var (first, second) = (order & 1) == 0 ? (_down, _up) : (_up, _down);
        var requestsFirst = (order & 2) == 0;
        return first.Deliver(requestsFirst, now) || second.Deliver(requestsFirst, now);
    }

    public bool Write(long now) => _down.Write(now) | _up.Write(now);

    public async Task IdleAsync()
    {
        await _atZone.IdleAsync();
        await _down.AppliedAsync(_atZone.CollectedCount);
        await _atGlobal.IdleAsync();
        await _up.AppliedAsync(_atGlobal.CollectedCount);
    }

    public async ValueTask DisposeAsync()
    {
        _down.Dispose();
        _up.Dispose();
        await _atZone.DisposeAsync();
        await _atGlobal.DisposeAsync();
    }
}
