namespace Mesh.Server.Ads.Sockets;

/// <summary>What a client is, as its first bytes tell.</summary>
internal enum ClientKind
{
    /// <summary>More bytes are needed.</summary>
    Unknown,

    /// <summary>HTTP/2, and the first call is one of Envoy's services.</summary>
    Proxy,

    /// <summary>HTTP/2, and another call.</summary>
    Http2,

    /// <summary>Not HTTP/2.</summary>
    Http1,
}
