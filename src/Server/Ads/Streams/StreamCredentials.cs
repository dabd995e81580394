using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Server.Ads.Streams;

/// <summary>What a stream came with.</summary>
/// <param name="Token">The metadata <c>authorization</c> as sent: the plain token. Null: none. Never logged.</param>
/// <param name="ClientCertificate">The client's certificate; null: none.</param>
/// <param name="Peer">Its address and port.</param>
/// <param name="IsEncrypted">Whether the connection is TLS: secrets go over no other.</param>
public sealed record StreamCredentials(string? Token, X509Certificate2? ClientCertificate, IPEndPoint? Peer, bool IsEncrypted)
{
    /// <summary>Without the token: records print their members.</summary>
    public override string ToString() => $"StreamCredentials {{ Peer = {Peer}, IsEncrypted = {IsEncrypted} }}";
}
