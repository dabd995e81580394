namespace Mesh.Server.Ads.Streams;

/// <summary>Why a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>The client ended it, or its connection: the process is gone, drained, or goes elsewhere.</summary>
    Peer,

    /// <summary>The client no longer answers: the network or the machine may be lost, the proxy may be alive.</summary>
    Silence,

    /// <summary>We ended it: shutdown, drain, expired credential.</summary>
    Server,

    /// <summary>We refused what the client sent.</summary>
    Refused,
}
