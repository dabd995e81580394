using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Kds;

/// <summary>
/// The peer answers in another way than it was asked: held versions were reported and it does not say that it honours them
/// (Kuma), or none were and it sends its first set in parts (ours). Connect again and ask the other way: taking this answer
/// for a full set, or for a part of one, could delete what is still there.
/// </summary>
public sealed class KdsPeerChangedException(bool knowsVersions, string message)
    : KdsProtocolException(GrpcStatusCode.Unavailable, message)
{
    /// <summary>Whether to ask with held versions next time.</summary>
    public bool KnowsVersions { get; } = knowsVersions;
}
