using Mesh.Model.Stores;
using Mesh.Protocol.Ads;
using Mesh.Zone.Ingest;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.DataPlane;

/// <summary>
/// Puts the inbounds of a new proxy into rotation when it listens: it accepted its listeners, and what they wait for
/// (certificates) has come, for nothing more is on its way. Peers that were sent there earlier would be refused.
/// </summary>
internal sealed class RotationGate : IDisposable
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>A proxy that came back with all it needs is sent nothing and so accepts nothing.</summary>
    private static readonly TimeSpan _latest = TimeSpan.FromSeconds(5);

    private readonly ProxyRotation _rotation;
    private readonly ProxyKey _proxy;
    private readonly IReadOnlyList<uint> _ports;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private volatile bool _hasListeners;
    private int _isOpen;

    public RotationGate(ProxyRotation rotation, ProxyKey proxy, IReadOnlyList<uint> ports, TimeProvider clock, ILogger logger)
    {
        _rotation = rotation;
        _proxy = proxy;
        _ports = ports;
        _logger = logger;
        _timer = clock.CreateTimer(_ => _ = OpenAsync(), null, _latest, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The proxy accepted a response.</summary>
    public void Accepted(XdsType type)
    {
        _hasListeners |= type == XdsTypes.Listener;
        if (_hasListeners && _isOpen == 0)
        {
            _timer.Change(_quiet, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _isOpen, 1);
        _timer.Dispose();
    }

    private async Task OpenAsync()
    {
        if (Interlocked.Exchange(ref _isOpen, 1) != 0)
        {
            return;
        }

        try
        {
            await _rotation.PutInAsync(_proxy.Mesh, _proxy.Name, _ports, CancellationToken.None);
        }
        catch (StoreException e)
        {
            // Tried again at its next accepted response, or before: a quiet proxy has none.
            Interlocked.Exchange(ref _isOpen, 0);
            _timer.Change(_latest, Timeout.InfiniteTimeSpan);
            DataPlaneLog.NotInRotation(_logger, _proxy.Mesh, _proxy.Name, e.Message);
        }
    }
}
