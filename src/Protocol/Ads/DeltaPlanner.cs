using System.Runtime.CompilerServices;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// Chooses what the next delta response of a channel says, and books it as sent. Each name is in it at most once: first the
/// difference of the slices without the names that deviate, then those.
/// </summary>
internal static class DeltaPlanner
{
    /// <summary>Envoy before 1.31 rejects the removal of a secret.</summary>
    private const int EnvoyWithSecretRemoval = 1031;

    private const int NameOverhead = 4;

    /// <summary>Fills the plan; false when there is nothing to send.</summary>
    public static bool TryPlan(TypeChannel channel, ResponsePlan plan, in PlanContext context)
    {
        plan.Reset();
        while (channel.IsIsolating && context.Now >= channel.Isolation.DueAt)
        {
            var ended = PlanDeviations(channel, plan, context, channel.Isolation.FirstGroup);
            if (ended)
            {
                channel.Isolation.FinishFirst();
            }

            if (plan.NameCount > 0)
            {
                plan.Round = channel.Isolation.Round;
                return true;
            }
        }

        var whole = !channel.HasUnsent || (context.MaySendChanges && PlanChanges(channel, plan, context));
        if (whole)
        {
            plan.CompletesTarget = channel.HasUnsent;
        }

        if (whole || !context.MaySendChanges)
        {
            PlanDeviations(channel, plan, context, group: 0);
        }

        return plan.NameCount > 0 || (whole && channel.AnswerDue);
    }

    /// <summary>The difference between what the client has and is to have. False when the budget ended first.</summary>
    private static bool PlanChanges(TypeChannel channel, ResponsePlan plan, in PlanContext context)
    {
        var diff = new SliceDiff(channel.Base, channel.Target);
        if (channel.Cursor != Symbol.None)
        {
            diff.SkipThrough(channel.Cursor);
        }

        while (diff.MoveNext())
        {
            if (channel.Subscription.Covers(diff.Name) && !channel.Deviations.Has(diff.Name))
            {
                if (diff.Now.IsNone)
                {
                    PlanGone(channel, plan, context, diff.Name, diff.Before);
                }
                else if (diff.Before.IsNone || context.Engine.Version(diff.Before) != context.Engine.Version(diff.Now))
                {
                    if (IsTooLarge(channel, context, diff.Name, diff.Now))
                    {
                        ref var state = ref channel.Deviations.GetOrAdd(diff.Name, out _);
                        state = new ClientState { Unknown = true, Rejected = context.Engine.Version(diff.Now) };
                    }
                    else if (!TryAdd(plan, context, diff.Now))
                    {
                        return false;
                    }

                    plan.HasNewClusters |= diff.Before.IsNone && ReferenceEquals(channel.Rules, XdsTypes.Cluster);
                }
            }

            plan.Cursor = diff.Name;
        }

        return true;
    }

    private static void PlanGone(TypeChannel channel, ResponsePlan plan, in PlanContext context, Symbol name, ResourceRef before)
    {
        if (channel.Rules.RemovedLast)
        {
            ref var state = ref channel.Deviations.GetOrAdd(name, out _);
            state = new ClientState { Held = context.Engine.Version(before) };
        }
        else if (IsRemovalTold(channel, context))
        {
            Remove(plan, context, name);
        }
    }

    /// <summary>The deviating names of a part (0: those of none). False when the budget ended first.</summary>
    private static bool PlanDeviations(TypeChannel channel, ResponsePlan plan, in PlanContext context, int group)
    {
        var removalsWait = false;
        foreach (var (name, _) in channel.Deviations)
        {
            ref var state = ref channel.Deviations.Find(name);
            if (state.Group != group)
            {
                continue;
            }

            if (state.Refused)
            {
                Remove(plan, context, name);
                channel.Forget(name);
            }
            else if (!channel.Subscription.Covers(name))
            {
                channel.Forget(name);
            }
            else if (!PlanOne(channel, plan, context, name, ref state, ref removalsWait))
            {
                return false;
            }
        }

        if (group == 0)
        {
            channel.RemovalsWaitSince = removalsWait ? channel.RemovalsWaitSince ?? context.Now : null;
        }

        return true;
    }

    /// <summary>Decides one deviating name. False when the budget ended.</summary>
    private static bool PlanOne(
        TypeChannel channel,
        ResponsePlan plan,
        in PlanContext context,
        Symbol name,
        ref ClientState state,
        ref bool removalsWait)
    {
        var target = channel.Target is null ? ResourceRef.None : channel.Target.Find(name);
        if (!target.IsNone)
        {
            var version = context.Engine.Version(target);
            if (version == state.Rejected && !state.Forced)
            {
                // Sent again when its content changes.
            }
            else if (IsCurrent(channel, context, name, state, target, version))
            {
                Settle(channel, plan, name, version);
            }
            else if (!context.MaySendChanges && !state.Forced && state.Group == 0)
            {
                // Waits with the other changes.
            }
            else if (IsTooLarge(channel, context, name, target))
            {
                state = new ClientState { Unknown = true, Rejected = version };
            }
            else if (TryAdd(plan, context, target))
            {
                Settle(channel, plan, name, version);
            }
            else
            {
                return false;
            }

            return true;
        }

        if (EmptyAssignment.IsFor(channel, context, name, out var empty))
        {
            PlanEmpty(plan, context, name, ref state, empty);
            return true;
        }

        removalsWait |= !PlanMissing(channel, plan, context, name, ref state);
        return true;
    }

    private static void PlanEmpty(ResponsePlan plan, in PlanContext context, Symbol name, ref ClientState state, VersionId empty)
    {
        if (state.Forced || state.Unknown || state.Held != empty)
        {
            plan.Empty.Add(new SentName(name, empty));
            plan.Size += (context.Engine.Symbols.Name(name).Length * 2) + EmptyAssignment.Overhead;
            state = new ClientState { Held = empty };
        }
    }

    /// <summary>A name that the client asked for or has, and that is not there. False when its removal waits.</summary>
    private static bool PlanMissing(TypeChannel channel, ResponsePlan plan, in PlanContext context, Symbol name, ref ClientState state)
    {
        var owed = state.Forced || state.Asked;
        if (!owed && !state.MayHave)
        {
            channel.Forget(name);
            return true;
        }

        if (channel.EmptyingHeldBack && !owed)
        {
            return true;
        }

        if (!owed && channel.Rules.RemovedLast && !context.MayRemove)
        {
            state.Group = 0;
            return false;
        }

        if (IsRemovalTold(channel, context))
        {
            Remove(plan, context, name);
        }

        Settle(channel, plan, name, VersionId.None);
        return true;
    }

    private static bool IsRemovalTold(TypeChannel channel, in PlanContext context) =>
        context.SaysRemovals
        && !channel.Rules.NeverRemoved
        && !(ReferenceEquals(channel.Rules, XdsTypes.Secret) && context.Node.IsEnvoyBefore(EnvoyWithSecretRemoval));

    private static bool IsCurrent(
        TypeChannel channel,
        in PlanContext context,
        Symbol name,
        in ClientState state,
        ResourceRef target,
        VersionId version)
    {
        if (state.Forced || state.Unknown)
        {
            return false;
        }

        if (state.Held == version)
        {
            return true;
        }

        return channel.HeldTexts is { } texts
            && texts.Remove(name, out var held)
            && VersionId.OfText(held) == state.Held
            && context.Owner.IsStillGood(channel.Rules, context.Engine.Symbols.Name(name), held, context.Engine.VersionText(target));
    }

    /// <summary>Whether the client would end the stream over this resource, again and again.</summary>
    private static bool IsTooLarge(TypeChannel channel, in PlanContext context, Symbol name, ResourceRef resource)
    {
        const int AroundIt = 1024;
        var length = context.Engine.DeltaField(resource).Length;
        if (!context.Node.IsGrpcLibrary || length <= context.Options.GrpcClientLimit - AroundIt)
        {
            return false;
        }

        context.Owner.ResourceTooLarge(channel.Rules, context.Engine.Symbols.Text(name), length);
        return true;
    }

    private static bool TryAdd(ResponsePlan plan, in PlanContext context, ResourceRef resource)
    {
        var length = context.Engine.DeltaField(resource).Length;
        if (plan.NameCount > 0 && plan.Size + length > context.Options.ResponseBudget)
        {
            return false;
        }

        plan.Resources.Add(resource);
        plan.Size += length;
        return true;
    }

    private static void Remove(ResponsePlan plan, in PlanContext context, Symbol name)
    {
        // The plan outlives the deviation that may hold the last reference to the name.
        context.Engine.Symbols.AddReference(name);
        plan.Removed.Add(name);
        plan.Size += context.Engine.Symbols.Name(name).Length + NameOverhead;
    }

    /// <summary>The client has this version now: nothing deviates any more, unless its slice is an older one.</summary>
    private static void Settle(TypeChannel channel, ResponsePlan plan, Symbol name, VersionId version)
    {
        if (!channel.HasUnsent || plan.CompletesTarget)
        {
            channel.Forget(name);
            return;
        }

        ref var state = ref channel.Deviations.Find(name);
        if (!Unsafe.IsNullRef(ref state))
        {
            state = new ClientState { Held = version };
        }
    }
}
