using System.Buffers;
using Mesh.Engine;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// A stream of <c>DeltaAggregatedResources</c>. https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#incremental-xds
/// Order of writing: clusters, load assignments, listeners, routes, others; then removals of clusters, then of load
/// assignments, once what referred to them is answered.
/// </summary>
public sealed class DeltaSession : AdsSession
{
    private const int RemovalSteps = 2;

    /// <summary>A session of a new stream.</summary>
    public DeltaSession(ResourceEngine engine, XdsTypes types, AdsOptions options, IAdsStreamOwner owner)
        : base(engine, types, options, owner)
    {
    }

    private protected override int StepCount => Channels.Count + RemovalSteps;

    private protected override bool IsAtRest => Channels.AreAtRest();

    /// <inheritdoc/>
    public override void Receive(ReadOnlySpan<byte> message, long now)
    {
        if (!DeltaRequest.TryParse(message, out var request))
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "malformed DeltaDiscoveryRequest");
        }

        TakeNode(request.Node);
        var channel = Open(request.TypeUrl, out var isFirst);
        if (channel is null)
        {
            return;
        }

        // The first nonce of a type on a stream is none of ours: old clients kept that of the stream before.
        if (!isFirst && !request.Nonce.IsEmpty)
        {
            TakeAnswer(channel, request.Nonce, request.IsRejection, request.ErrorMessage, now);
        }

        DeltaSubscriber.Apply(channel, request, isFirst, Node!, Engine, Options);
        if (isFirst)
        {
            Begin(channel);
        }
    }

    private protected override bool TryStep(int step, IBufferWriter<byte> output, long now)
    {
        if (step < Channels.Count)
        {
            return Channels.IsStirred(step)
                && TryWrite(step, PushOrder.MaySendChanges(this, Channels[step], now), mayRemove: false, output, now);
        }

        // Removals that wait keep their channel from rest.
        var removing = Channels.PlaceOf(step == Channels.Count ? XdsTypes.Cluster : XdsTypes.Endpoint);
        return removing >= 0
            && Channels.IsStirred(removing)
            && Channels[removing].RemovalsWaitSince is { } since
            && PushOrder.MayRemove(this, Channels[removing], Channels[removing].Deviations.Count, since, now)
            && TryWrite(removing, maySendChanges: true, mayRemove: true, output, now);
    }

    private bool TryWrite(int place, bool maySendChanges, bool mayRemove, IBufferWriter<byte> output, long now)
    {
        var channel = Channels[place];
        var context = new PlanContext
        {
            Engine = Engine,
            Options = Options,
            Owner = Owner,
            Node = Node!,
            Now = now,
            Clusters = Clusters,
            MaySendChanges = maySendChanges,
            MayRemove = mayRemove,
            SaysRemovals = true,
        };
        var plan = ResponsePlan.OfThread;
        if (!DeltaPlanner.TryPlan(channel, plan, context))
        {
            Finish(channel, plan);
            if (channel.IsIsolating)
            {
                WakeAt(channel.Isolation.DueAt);
            }

            return false;
        }

        var nonce = NextNonce();
        Count(channel.Rules, DeltaResponse.Write(output, Engine, Head, channel, plan, Clusters, SnapshotVersion, nonce, now, ref Rest));
        Booking.Sent(channel, plan, nonce, now, Engine);
        Channels.Sent(place);
        Children.SendAgain(this, channel, plan);
        Finish(channel, plan);
        return true;
    }

    private static void Finish(TypeChannel channel, ResponsePlan plan)
    {
        if (plan.CompletesTarget)
        {
            channel.Complete();
        }
        else if (plan.Cursor != Symbol.None)
        {
            channel.Cursor = plan.Cursor;
        }

        channel.Deviations.Rest();
    }

    private void TakeAnswer(TypeChannel channel, ReadOnlySpan<byte> nonce, bool isRejection, ReadOnlySpan<byte> message, long now)
    {
        if (!channel.Acks.TryTake(ResponseHead.ParseNonce(nonce), out var response))
        {
            channel.UnknownNonces++;
            return;
        }

        channel.LastAnswerAt = now;
        if (isRejection)
        {
            channel.Rejected++;
            Reject(RejectionHandler.Handle(channel, response, message, Engine, Options, now));
        }
        else
        {
            channel.Accepted++;
            Owner.Accepted(channel.Rules, response.Count);
        }

        channel.Acks.Forget(response);
    }
}
