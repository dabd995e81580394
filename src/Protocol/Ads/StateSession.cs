using System.Buffers;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// A stream of <c>StreamAggregatedResources</c> (state of the world), for gRPC clients and older Envoys. One response per type
/// waits for its answer at a time; what changes meanwhile is collected.
/// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#basic-protocol-overview
/// </summary>
public sealed class StateSession : AdsSession
{
    /// <summary>A session of a new stream.</summary>
    public StateSession(ResourceEngine engine, XdsTypes types, AdsOptions options, IAdsStreamOwner owner)
        : base(engine, types, options, owner)
    {
    }

    private protected override int StepCount => Channels.Count + 1;

    /// <inheritdoc/>
    public override void Receive(ReadOnlySpan<byte> message, long now)
    {
        if (!StateRequest.TryParse(message, out var request))
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "malformed DiscoveryRequest");
        }

        TakeNode(request.Node);
        var channel = Open(request.TypeUrl, out var isFirst);
        if (channel is null)
        {
            return;
        }

        if (!isFirst && !request.Nonce.IsEmpty)
        {
            var nonce = ResponseHead.ParseNonce(request.Nonce);
            TakeAnswer(channel, request, nonce, now);
            if (nonce != channel.LastNonce)
            {
                // An answer to an older response: the client repeats its whole list when it answers the newest.
                return;
            }
        }

        StateSubscriber.Apply(channel, request, Node!, Engine, Options);
        if (isFirst)
        {
            channel.HoldsOlderSet = channel.Rules.FullState && StateResponse.IsOfSomething(request.Version);
            Begin(channel);
        }
    }

    private protected override bool TargetIsSlice => false;

    private protected override ResourceSlice? TargetOf(TypeChannel channel, ResourceSlice? next)
    {
        // Absence is deletion, so clusters that go stay in the set until nothing refers to them.
        if (!ReferenceEquals(channel.Rules, XdsTypes.Cluster) || channel.Base is null || next is null || !LacksSome(channel.Base, next))
        {
            next?.AddReference();
            return next;
        }

        return Engine.Union(channel.Base, next);
    }

    private protected override bool TryStep(int step, IBufferWriter<byte> output, long now)
    {
        if (step < Channels.Count)
        {
            return TryWrite(step, output, now);
        }

        var clusters = Channels.PlaceOf(XdsTypes.Cluster);
        return clusters >= 0 && TryRemoveClusters(clusters, output, now);
    }

    private bool TryRemoveClusters(int place, IBufferWriter<byte> output, long now)
    {
        var channel = Channels[place];
        var final = Clusters;
        if (channel.EmptyingHeldBack || channel.HasUnsent || ReferenceEquals(channel.Base, final) || final is null)
        {
            channel.RemovalsWaitSince = null;
            return false;
        }

        channel.RemovalsWaitSince ??= now;
        var waiting = (channel.Base?.Count ?? 0) - final.Count;
        if (!MaySend(channel, now) || !PushOrder.MayRemove(this, channel, waiting, channel.RemovalsWaitSince.Value, now))
        {
            return false;
        }

        channel.RemovalsWaitSince = null;
        channel.Retarget(final, mayBeEmptied: false);
        return TryWrite(place, output, now);
    }

    private bool TryWrite(int place, IBufferWriter<byte> output, long now)
    {
        var channel = Channels[place];
        if (!MaySend(channel, now))
        {
            return false;
        }

        var context = new PlanContext
        {
            Engine = Engine,
            Options = Options,
            Owner = Owner,
            Node = Node!,
            Now = now,
            Clusters = Clusters,
            MaySendChanges = PushOrder.MaySendChanges(this, channel, now),
            MayRemove = true,
            SaysRemovals = false,
        };
        var plan = ResponsePlan.OfThread;
        var planned = channel.Rules.FullState
            ? FullStatePlanner.TryPlan(channel, plan, context)
            : DeltaPlanner.TryPlan(channel, plan, context) && (plan.NameCount > 0 || channel.Rules.LegacyWildcard);
        if (planned)
        {
            var nonce = NextNonce();
            Count(channel.Rules, StateResponse.Write(output, Engine, Head, channel, plan, VersionOf(channel), nonce, now, ref Rest));
            Booking.Sent(channel, plan, nonce, now, Engine);
            Channels.Sent(place);
            Children.SendAgain(this, channel, plan);
        }
        else if (channel.IsIsolating)
        {
            WakeAt(channel.Isolation.DueAt);
        }

        if (plan.CompletesTarget)
        {
            channel.Complete();
        }
        else if (plan.Cursor != Symbol.None)
        {
            channel.Cursor = plan.Cursor;
        }

        channel.Deviations.Rest();
        return planned;
    }

    private void TakeAnswer(TypeChannel channel, in StateRequest request, long nonce, long now)
    {
        var isNewest = nonce == channel.LastNonce;
        if (!channel.Acks.TryTake(nonce, out var response))
        {
            // Some clients repeat an old error in later requests of the type: only the first one is news.
            channel.UnknownNonces += isNewest ? 0 : 1;
            return;
        }

        channel.LastAnswerAt = now;
        if (!request.IsRejection)
        {
            channel.Accepted++;
            channel.IsFullSetRejected = false;
            Owner.Accepted(channel.Rules, response.Count);
        }
        else
        {
            channel.Rejected++;
            Reject(channel.Rules.FullState
                ? RejectionHandler.Report(channel, response, request.ErrorMessage, Engine)
                : RejectionHandler.Handle(channel, response, request.ErrorMessage, Engine, Options, now));
        }

        channel.Acks.Forget(response);
        if (isNewest)
        {
            // Who passes over older ones has no more to say of them.
            channel.Acks.Clear();
        }
    }

    /// <summary>One response at a time, unless its answer is overdue: Envoy withholds it while clusters warm.</summary>
    private bool MaySend(TypeChannel channel, long now)
    {
        if (channel.Acks.Count == 0 || channel.Cursor != Symbol.None || now >= channel.LastSentAt + Options.WindowTimeout)
        {
            return true;
        }

        WakeAt(channel.LastSentAt + Options.WindowTimeout);
        return false;
    }

    private UInt128 VersionOf(TypeChannel channel)
    {
        // Empty load assignments come from the clusters.
        var version = channel.Target?.Fingerprint ?? 0;
        return ReferenceEquals(channel.Rules, XdsTypes.Endpoint) ? version + (31 * (Clusters?.Fingerprint ?? 0)) : version;
    }

    private static bool LacksSome(ResourceSlice before, ResourceSlice next)
    {
        var diff = new SliceDiff(before, next);
        while (diff.MoveNext())
        {
            if (diff.Now.IsNone)
            {
                return true;
            }
        }

        return false;
    }
}
