using System.Runtime.InteropServices;
using Mesh.Engine;

namespace Mesh.Protocol.Ads;

/// <summary>Books a written response as waiting for its answer.</summary>
internal static class Booking
{
    public static void Sent(TypeChannel channel, ResponsePlan plan, long nonce, long now, ResourceEngine engine)
    {
        var names = plan.Sent;
        foreach (var resource in plan.Resources)
        {
            names.Add(new SentName(engine.Name(resource), engine.Version(resource)));
        }

        names.AddRange(plan.Empty);
        foreach (var removed in plan.Removed)
        {
            names.Add(new SentName(removed, default));
        }

        var response = new SentResponse { Nonce = nonce, At = now, Round = plan.Round, HasNewClusters = plan.HasNewClusters };
        channel.Acks.Add(response, InOrder(CollectionsMarshal.AsSpan(names)));
        foreach (var removed in plan.Removed)
        {
            engine.Symbols.Release(removed);
        }

        channel.AnswerDue = false;
        channel.Sent++;
        channel.LastNonce = nonce;
        channel.LastSentAt = now;
    }

    /// <summary>Sorts names by symbol. Most are: what changed is written in that order, before what deviated.</summary>
    private static ReadOnlySpan<SentName> InOrder(Span<SentName> names)
    {
        for (var i = 1; i < names.Length; i++)
        {
            if (names[i].Name < names[i - 1].Name)
            {
                names.Sort(static (left, right) => left.Name.CompareTo(right.Name));
                break;
            }
        }

        return names;
    }
}
