using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Persistence;

/// <summary>Is told which proxies have another snapshot than before.</summary>
public interface ISnapshotObserver
{
    /// <summary>The proxy of a cell has another snapshot. Called by the publisher, after its streams: be quick, do not throw.</summary>
    void Published(SnapshotCell cell);

    /// <summary>A proxy is about to have none any more. Called by the publisher: do not throw, keep no snapshot.</summary>
    /// <param name="proxyId">Whose it is.</param>
    /// <param name="last">What it has until then.</param>
    void Withdrawing(string proxyId, ProxySnapshot last);
}
