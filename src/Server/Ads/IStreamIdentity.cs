using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads;

/// <summary>Whoever opened a stream.</summary>
public interface IStreamIdentity
{
    /// <summary>When the credential ends and with it the stream; null: never.</summary>
    DateTimeOffset? ExpiresAt { get; }

    /// <summary>Checks that this identity may be the node of its first message.</summary>
    /// <exception cref="AdsProtocolException">Refused, with <see cref="GrpcStatusCode.PermissionDenied"/> or <see cref="GrpcStatusCode.Unauthenticated"/>.</exception>
    ValueTask AuthorizeAsync(ClientNode node, CancellationToken cancellationToken);
}
