using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>
/// Which zones are being refused, so that each refusal is told once and not once per attempt. Names come from clients that showed nothing yet: it remembers a
/// bounded number, and tells a bounded number in a window of time, whatever names they make up. Safe for concurrent use.
/// </summary>
internal sealed class RefusedZones(TimeProvider clock, ILogger logger)
{
    /// <summary>Refusals that are remembered.</summary>
    internal const int MostRemembered = 1000;

    /// <summary>Refusals that are told in a <see cref="Window"/>.</summary>
    internal const int MostTold = 50;

    private const int LongestName = 253;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _windowBegan = clock.GetTimestamp();
    private int _told;
    private long _untold;

    /// <summary>The window of time.</summary>
    internal static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    /// <summary>A zone was refused.</summary>
    public void Refuse(string zone, string address, string kind, string reason)
    {
        var shown = Shown(zone);
        bool isTold;
        long untold;
        lock (_lock)
        {
            if (_reasons.TryGetValue(shown, out var known) && known == kind)
            {
                return;
            }

            Remember(shown, kind);
            untold = BeginWindow();
            isTold = _told < MostTold;
            _told += isTold ? 1 : 0;
            _untold += isTold ? 0 : 1;
        }

        if (untold > 0)
        {
            KdsLog.RefusalsUntold(logger, untold, Window);
        }

        if (isTold)
        {
            KdsLog.ZoneRefused(logger, shown, address, reason);
        }
    }

    /// <summary>A zone was let in.</summary>
    public void LetIn(string zone)
    {
        bool wasRefused;
        lock (_lock)
        {
            wasRefused = _reasons.Remove(Shown(zone));
        }

        if (wasRefused)
        {
            KdsLog.ZoneLetIn(logger, zone);
        }
    }

    private void Remember(string zone, string kind)
    {
        if (_reasons.TryAdd(zone, kind))
        {
            _order.Enqueue(zone);
        }
        else
        {
            _reasons[zone] = kind;
        }

        // Also those that were let in meanwhile stand in the order.
        while (_order.Count > MostRemembered)
        {
            _reasons.Remove(_order.Dequeue());
        }
    }

    /// <summary>Begins another window where the former is over.</summary>
    /// <returns>How many refusals the former did not tell.</returns>
    private long BeginWindow()
    {
        if (clock.GetElapsedTime(_windowBegan) < Window)
        {
            return 0;
        }

        var untold = _untold;
        (_windowBegan, _told, _untold) = (clock.GetTimestamp(), 0, 0);
        return untold;
    }

    private static string Shown(string zone) =>
        zone.Length == 0 ? "(unnamed)" : string.Concat(zone.Take(LongestName).Select(c => char.IsControl(c) ? '?' : c));
}
