namespace Mesh.Zone.Ingest;

/// <summary>A fact: a proxy opened a stream and told about itself.</summary>
/// <param name="Proxy">Which proxy.</param>
/// <param name="Metadata">What it told.</param>
/// <param name="ConnectionId">Distinguishes streams of one proxy; a later connection has a larger id.</param>
public sealed record ProxyConnection(ProxyKey Proxy, ProxyMetadata Metadata, long ConnectionId)
{
    /// <summary>The proxy still has what it was given before, so its configuration is not urgent: others are worked on first.</summary>
    public bool IsUpToDate { get; init; }
}
