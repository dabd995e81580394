using System.Net;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Http2;

/// <summary>Who is at the other end of a connection. No client is asked for a certificate: proxies have tokens (contract §5.3).</summary>
internal sealed record ClientLink(IPEndPoint? Peer, bool IsEncrypted)
{
    /// <summary>What a call came with.</summary>
    public StreamCredentials Credentials(string? token) => new(token, null, Peer, IsEncrypted);
}
