using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>
/// Which zones are being refused, so that each refusal is told once and not once per attempt. Names come from clients that showed
/// nothing yet, so it remembers a bounded number. Safe for concurrent use.
/// </summary>
internal sealed class RefusedZones(ILogger logger)
{
    private const int Most = 1000;
    private const int LongestName = 253;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>A zone was refused.</summary>
    public void Refuse(string zone, string address, string kind, string reason)
    {
        var shown = Shown(zone);
        lock (_lock)
        {
            if (_reasons.TryGetValue(shown, out var known) && known == kind)
            {
                return;
            }

            if (_reasons.Count >= Most)
            {
                _reasons.Clear();
            }

            _reasons[shown] = kind;
        }

        KdsLog.ZoneRefused(logger, shown, address, reason);
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

    private static string Shown(string zone) =>
        zone.Length == 0 ? "(unnamed)" : string.Concat(zone.Take(LongestName).Select(c => char.IsControl(c) ? '?' : c));
}
