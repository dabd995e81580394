using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads;

/// <summary>One stream of a proxy, as the rest of the control plane sees it.</summary>
public interface IProxyConnection : IAdsStreamOwner
{
    /// <summary>Whose snapshots of the engine this stream is served.</summary>
    string ProxyId { get; }

    /// <summary>The stream ended. Called exactly once, last. Must not throw.</summary>
    void Ended(StreamEnd reason);
}
