using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Persistence;

/// <summary>Is told which proxies have another snapshot than before.</summary>
public interface ISnapshotObserver
{
    /// <summary>A proxy has another snapshot. Called by the publisher, after its streams: be quick, do not throw, keep no snapshot.</summary>
    void Published(string proxyId, ProxySnapshot snapshot);
}
