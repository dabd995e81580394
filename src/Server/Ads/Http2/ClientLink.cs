using System.Net;
using System.Security.Authentication;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Http2;

/// <summary>Who is at the other end of a connection. No client is asked for a certificate: proxies have tokens (contract §5.3).</summary>
/// <param name="Peer">Its address; null: not an IP address.</param>
/// <param name="Protocol">Version of TLS; none: plain.</param>
internal sealed record ClientLink(IPEndPoint? Peer, SslProtocols Protocol)
{
    /// <summary>Whether it speaks TLS.</summary>
    public bool IsEncrypted => Protocol != SslProtocols.None;

    /// <summary>What a call came with.</summary>
    public StreamCredentials Credentials(string? token) => new(token, null, Peer, IsEncrypted);
}
