using Mesh.Zone.Compile;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.View;

namespace Mesh.Zone;

/// <summary>A connected proxy. Touched by one thread of one round at a time.</summary>
internal sealed class ConnectedProxy(ProxyKey key, ProxyOutput output)
{
    internal ProxyKey Key { get; } = key;

    internal ProxyOutput Output { get; } = output;

    internal ProxyMetadata Metadata { get; set; } = new();

    internal ProxyInterest Interest { get; set; } = new();

    /// <summary>What it was given last; null: nothing, or it failed.</summary>
    internal ProxyPlan? Plan { get; set; }

    internal ProxyStatus Status { get; set; } = new(key, false, []);
}
