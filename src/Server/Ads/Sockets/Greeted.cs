using System.Net;
using System.Security.Authentication;
using Mesh.Server.Ads.Http2;

namespace Mesh.Server.Ads.Sockets;

/// <summary>A connection whose client is known as far as its first bytes tell.</summary>
internal sealed class Greeted(Wire wire, ClientLink client, bool isOfProxy, bool isHttp2, byte[] begin)
{
    private byte[]? _begin = begin;

    public Wire Wire => wire;

    public ClientLink Client => client;

    /// <summary>Whether its first call is one of a proxy's services.</summary>
    public bool IsOfProxy => isOfProxy;

    /// <summary>Whether it speaks HTTP/2.</summary>
    public bool IsHttp2 => isHttp2;

    /// <summary>Version of TLS; none: plain.</summary>
    public SslProtocols Protocol { get; init; }

    public EndPoint? Local { get; init; }

    public EndPoint? Remote { get; init; }

    /// <summary>What was read of it: for a proxy's behind the preface, for others all. Once.</summary>
    public byte[] TakeBegin()
    {
        var begin = _begin ?? [];
        _begin = null;
        return begin;
    }
}
