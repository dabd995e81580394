using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Http2;

/// <summary>Who is at the other end of a connection.</summary>
internal sealed record ClientLink(IPEndPoint? Peer, X509Certificate2? Certificate, bool IsEncrypted)
{
    /// <summary>What a call came with.</summary>
    public StreamCredentials Credentials(string? token) => new(token, Certificate, Peer, IsEncrypted);
}
