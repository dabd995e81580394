using Mesh.Engine;

namespace Mesh.Protocol.Ads;

/// <summary>Books a written response as waiting for its answer.</summary>
internal static class Booking
{
    public static void Sent(TypeChannel channel, ResponsePlan plan, long nonce, long now, ResourceEngine engine)
    {
        var names = channel.Acks.NamesFor(plan.NameCount);
        var count = 0;
        foreach (var resource in plan.Resources)
        {
            var name = engine.Name(resource);
            engine.Symbols.AddReference(name);
            names[count++] = new SentName(name, engine.Version(resource));
        }

        foreach (var empty in plan.Empty)
        {
            engine.Symbols.AddReference(empty.Name);
            names[count++] = empty;
        }

        foreach (var removed in plan.Removed)
        {
            // The plan's own reference goes over.
            names[count++] = new SentName(removed, default);
        }

        channel.Acks.Add(new SentResponse
        {
            Nonce = nonce,
            At = now,
            Names = names,
            Count = count,
            Round = plan.Round,
            HasNewClusters = plan.HasNewClusters,
        });
        channel.AnswerDue = false;
        channel.Sent++;
        channel.LastNonce = nonce;
        channel.LastSentAt = now;
    }
}
