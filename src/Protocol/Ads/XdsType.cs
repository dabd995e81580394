using System.Text;

namespace Mesh.Protocol.Ads;

/// <summary>How the protocol treats one resource type. What Envoy does with each is in docs/xds-checklist.md, parts E, F and I.</summary>
public sealed record XdsType
{
    /// <summary>Type URL, <c>type.googleapis.com/</c> included.</summary>
    public required string Url
    {
        get;
        init
        {
            field = value;
            Utf8Url = Encoding.UTF8.GetBytes(value);
        }
    }

    /// <summary>The same as bytes, one for all streams.</summary>
    internal byte[] Utf8Url { get; private init; } = [];

    /// <summary>Short name for status, logs and metrics, for example <c>cds</c>.</summary>
    public required string ShortName { get; init; }

    /// <summary>Place in the order of writing when several types change: parents before children, clusters before routes.</summary>
    internal int Order { get; init; } = 100;

    /// <summary>Whether <c>*</c> means all resources of the type; else it means none.</summary>
    internal bool Wildcard { get; init; }

    /// <summary>Whether a first request without names means <c>*</c>.</summary>
    internal bool LegacyWildcard { get; init; }

    /// <summary>Whether state-of-the-world responses carry the full set, so that absence is deletion.</summary>
    internal bool FullState { get; init; }

    /// <summary>Whether its resources refer to clusters: they wait for new clusters, and cluster removals wait for them.</summary>
    internal bool RefersToClusters { get; init; }

    /// <summary>Whether removals wait until nothing refers to the resource any more.</summary>
    internal bool RemovedLast { get; init; }

    /// <summary>Whether a removal must never be sent: Envoy drops the filter at once although a listener uses it.</summary>
    internal bool NeverRemoved { get; init; }

    /// <summary>Whether a set that becomes empty is rather a fault than meant.</summary>
    internal bool GuardedAgainstEmptying { get; init; }

    /// <summary>Whether a held version can be as good as the current one: see <see cref="IAdsStreamOwner.IsStillGood"/>.</summary>
    internal bool HeldVersionsAreJudged { get; init; }
}
