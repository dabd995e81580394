using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads;

/// <summary>Decides who may open discovery and health streams.</summary>
public interface IStreamAuthenticator
{
    /// <summary>Checks what came with the stream, before anything of it is read.</summary>
    /// <exception cref="AdsProtocolException">With <see cref="GrpcStatusCode.Unauthenticated"/>: refused.</exception>
    ValueTask<IStreamIdentity> AuthenticateAsync(StreamCredentials credentials, CancellationToken cancellationToken);
}
