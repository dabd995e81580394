namespace Mesh.Protocol.Ads;

/// <summary>A response that waits for its answer. The names are in an array of <see cref="AckTracker.NamesFor"/>, and each holds a reference to its symbol.</summary>
internal struct SentResponse
{
    public long Nonce;
    public long At;
    public SentName[] Names;
    public int Count;
    public int Round;
    public bool HasNewClusters;
}
