using Mesh.Zone.Ingest;

namespace Mesh.Zone.Lifecycle;

/// <summary>
/// Decides whether a proxy that left is taken as gone. It is not when many left with it (at least two, and over a third of
/// the mesh within a minute): then it is likelier that we lost them than that they died. Newcomers make up for leavers, for so
/// a deployment looks that replaces its proxies. Nor is it gone soon after a restart, when others have not come back yet.
/// Safe for concurrent use.
/// </summary>
/// <param name="clock">Source of time.</param>
/// <param name="delay">How long after a proxy left it is asked about.</param>
internal sealed class DepartureLedger(TimeProvider clock, TimeSpan delay)
{
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);
    private const int Many = 2;

    private readonly Dictionary<string, Departures> _meshes = new(StringComparer.Ordinal);
    private DateTimeOffset _trustedFrom;

    /// <summary>Departures and arrivals that are remembered.</summary>
    internal int Remembered
    {
        get
        {
            lock (_meshes)
            {
                return _meshes.Values.Sum(mesh => mesh.Left.Count + mesh.Newcomers.Count);
            }
        }
    }

    /// <summary>This process follows another one that had proxies: for a minute departures prove nothing.</summary>
    public void Restarted()
    {
        lock (_meshes)
        {
            _trustedFrom = clock.GetUtcNow() + _window;
        }
    }

    /// <summary>A proxy opened its first stream.</summary>
    public void Arrived(ProxyKey proxy)
    {
        lock (_meshes)
        {
            if (!_meshes.TryGetValue(proxy.Mesh, out var mesh))
            {
                _meshes[proxy.Mesh] = mesh = new Departures();
            }

            if (mesh.Present.Add(proxy.Name) && !mesh.Left.Remove(proxy.Name))
            {
                mesh.Newcomers[proxy.Name] = clock.GetUtcNow();
            }

            Prune(mesh);
        }
    }

    /// <summary>A proxy's last stream ended.</summary>
    public void Left(ProxyKey proxy)
    {
        lock (_meshes)
        {
            if (_meshes.TryGetValue(proxy.Mesh, out var mesh) && mesh.Present.Remove(proxy.Name))
            {
                mesh.Left[proxy.Name] = clock.GetUtcNow();
                Prune(mesh);
            }
        }
    }

    /// <summary>Whether a proxy that left a while ago and did not come back is gone. The answer for those that left together is the same.</summary>
    public bool IsGone(ProxyKey proxy)
    {
        lock (_meshes)
        {
            if (!_meshes.TryGetValue(proxy.Mesh, out var mesh) || !mesh.Left.TryGetValue(proxy.Name, out var leftAt))
            {
                return false;
            }

            var together = mesh.Left.Values.Where(other => (other - leftAt).Duration() <= _window).ToList();
            var first = together.Min();
            var total = mesh.Present.Count + together.Count;
            var lost = together.Count - mesh.Newcomers.Values.Count(arrivedAt => arrivedAt >= first);
            Prune(mesh);
            return leftAt >= _trustedFrom && (lost < Many || lost * 3 <= total);
        }
    }

    /// <summary>Once in a window: many come and go of whom nobody asks.</summary>
    private void Prune(Departures mesh)
    {
        var now = clock.GetUtcNow();
        if (now - mesh.PrunedAt < _window)
        {
            return;
        }

        // Twice the window: whoever left a minute ago is still asked about, with those who left a minute before.
        mesh.PrunedAt = now;
        var oldest = now - (_window * 2) - delay;
        Prune(mesh.Left, oldest);
        Prune(mesh.Newcomers, oldest);
    }

    private static void Prune(Dictionary<string, DateTimeOffset> times, DateTimeOffset oldest)
    {
        foreach (var name in times.Where(pair => pair.Value < oldest).Select(pair => pair.Key).ToList())
        {
            times.Remove(name);
        }
    }

    private sealed class Departures
    {
        public DateTimeOffset PrunedAt { get; set; }

        public HashSet<string> Present { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, DateTimeOffset> Newcomers { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, DateTimeOffset> Left { get; } = new(StringComparer.Ordinal);
    }
}
