using Mesh.Model.Resources;
using Mesh.Policies.Matching;
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

    /// <summary>Its Dataplane as policies see it; null: there is none.</summary>
    internal PolicySubject? Subject { get; private set; }

    /// <summary>What its last plan was made of, what it shares with others apart; null: nothing.</summary>
    internal ProxyInterest? OwnInterest { get; private set; }

    /// <summary>What of it is shared with others that have the same outbounds; null: nothing.</summary>
    internal ProxyInterest? SharedInterest { get; private set; }

    /// <summary>What it was given last; null: nothing, or it failed.</summary>
    internal ProxyPlan? Plan { get; set; }

    internal ProxyStatus Status { get; set; } = new(key, false, []);

    /// <summary>What the round that is under way does with it.</summary>
    internal ProxyTouch Touch { get; set; }

    /// <summary>
    /// Takes what its plan is made of; null: it has none. Every change asks all proxies for theirs before the first of them is worked on, and mostly there is
    /// nothing to look at.
    /// </summary>
    internal void TakeInterest(ProxyInterest? interest)
    {
        OwnInterest = interest is null || interest.IsEmpty ? null : interest;
        SharedInterest = interest?.Shared;
    }

    /// <summary>Takes its Dataplane from a view.</summary>
    internal void TakeDataplane(Resource? dataplane) => Subject = dataplane is null ? null : PolicySubject.Of(dataplane);
}
