using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads.Health;

/// <summary>Says what a proxy is to check and takes what it found. Implemented by the composition root.</summary>
public interface IHealthCheckSource
{
    /// <summary>A proxy opened its health stream.</summary>
    /// <exception cref="AdsProtocolException">Refused.</exception>
    ValueTask<IHealthCheckStream> ConnectAsync(ClientNode node, IStreamIdentity identity, CancellationToken cancellationToken);
}
