using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;

namespace Mesh.Protocol.Ads;

/// <summary>Chooses the next state-of-the-world response of a type whose responses carry the whole set: absence is deletion.</summary>
internal static class FullStatePlanner
{
    /// <summary>Fills the plan; false when there is nothing to send.</summary>
    public static bool TryPlan(TypeChannel channel, ResponsePlan plan, in PlanContext context)
    {
        plan.ResetToFullState();
        if (channel.EmptyingHeldBack && channel.Target is null)
        {
            // Any answer would empty it.
            return false;
        }

        var due = channel.AnswerDue;
        foreach (var (_, state) in channel.Deviations)
        {
            due |= state.Forced || state.Refused;
        }

        if (channel.HasUnsent && (context.MaySendChanges || due))
        {
            due |= Differs(channel, context);
            plan.CompletesTarget = true;
        }

        if (!due)
        {
            return false;
        }

        Fill(channel, plan, context);
        channel.Deviations.Clear();
        if (context.Node.IsGrpcLibrary && plan.Size > context.Options.GrpcClientLimit)
        {
            // It cannot be split, and the client would end the stream over it again and again.
            context.Owner.ResourceTooLarge(channel.Rules, "*", (int)Math.Min(plan.Size, int.MaxValue));
            channel.AnswerDue = false;
            return false;
        }

        channel.HoldsOlderSet = false;
        return true;
    }

    private static bool Differs(TypeChannel channel, in PlanContext context)
    {
        var diff = new SliceDiff(channel.Base, channel.Target);
        while (diff.MoveNext())
        {
            if (channel.Subscription.Covers(diff.Name)
                && (diff.Before.IsNone || diff.Now.IsNone || context.Engine.Version(diff.Before) != context.Engine.Version(diff.Now)))
            {
                return true;
            }
        }

        return false;
    }

    private static void Fill(TypeChannel channel, ResponsePlan plan, in PlanContext context)
    {
        var entries = channel.Target is null ? default : channel.Target.GetEnumerator();
        while (channel.Target is not null && entries.MoveNext())
        {
            var (name, resource) = entries.Current;
            if (channel.Subscription.Covers(name))
            {
                plan.Resources.Add(resource);
                plan.Size += context.Engine.StateField(resource).Length;
                var before = channel.Base is null ? ResourceRef.None : channel.Base.Find(name);
                plan.HasNewClusters |= before.IsNone && ReferenceEquals(channel.Rules, XdsTypes.Cluster);
                if (before.IsNone || context.Engine.Version(before) != context.Engine.Version(resource) || channel.Deviations.Has(name))
                {
                    plan.AddNew(resource);
                }
            }
        }

        foreach (var name in channel.Subscription)
        {
            if (channel.Target is null || channel.Target.Find(name).IsNone)
            {
                plan.Missing.Add(name);
            }
        }
    }
}
