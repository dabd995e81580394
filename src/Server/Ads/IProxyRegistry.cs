using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads;

/// <summary>Is told of the proxies that connect. Implemented by the composition root.</summary>
public interface IProxyRegistry
{
    /// <summary>
    /// A stream's client is known and authorised. What is returned names the snapshots to serve; nothing is sent before there
    /// is one. May wait until the control plane knows its resources: better late than half. A node can have several streams.
    /// </summary>
    /// <exception cref="AdsProtocolException">The stream is refused with this status.</exception>
    ValueTask<IProxyConnection> ConnectAsync(ProxyStream stream, CancellationToken cancellationToken);
}
