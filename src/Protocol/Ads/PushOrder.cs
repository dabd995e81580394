using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// When what may be written, so that Envoy never routes to a cluster it does not have:
/// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
/// </summary>
internal static class PushOrder
{
    /// <summary>How many removals of clusters wait for a rejected listener or route at most.</summary>
    private const int MaxWaitingRemovals = 4096;

    /// <summary>Whether a type's changes may go out: not too many unanswered, and not before the clusters they refer to.</summary>
    public static bool MaySendChanges(AdsSession session, TypeChannel channel, long now)
    {
        if (!channel.HasUnsent || channel.Cursor != Symbol.None)
        {
            return true;
        }

        if (IsBehind(channel, session.Options, now) && now < channel.LastSentAt + session.Options.WindowTimeout)
        {
            session.WakeAt(channel.LastSentAt + session.Options.WindowTimeout);
            return false;
        }

        return !channel.Rules.RefersToClusters || session.Find(XdsTypes.Cluster) is not { } clusters || AreClustersWarm(session, channel, clusters, now);
    }

    /// <summary>Whether the client has enough to do with what it was sent.</summary>
    private static bool IsBehind(TypeChannel channel, AdsOptions options, long now)
    {
        var waiting = channel.Acks.Waiting;
        return waiting.Length >= options.Window
            || (waiting.Length > 0 && now > waiting[0].At + options.PromptAnswer && !ReferenceEquals(channel.Rules, XdsTypes.Cluster));
    }

    /// <summary>
    /// Envoy withholds its answer to clusters until they are warm: that is the sign to send what refers to them. Bounded, and
    /// not for a type's first response: before Envoy's start is complete the answer means nothing.
    /// </summary>
    private static bool AreClustersWarm(AdsSession session, TypeChannel referrer, TypeChannel clusters, long now)
    {
        if (clusters.HasUnsent)
        {
            return false;
        }

        if (referrer.Sent == 0)
        {
            return true;
        }

        foreach (var response in clusters.Acks.Waiting)
        {
            if (response.HasNewClusters && now < response.At + session.Options.WarmingBarrier)
            {
                session.WakeAt(response.At + session.Options.WarmingBarrier);
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether nothing of the client's can refer to what is to be removed: all listeners and routes are sent and answered,
    /// or were sent a while ago. A rejected one may still refer to it, unless too many wait for that.
    /// </summary>
    public static bool MayRemove(AdsSession session, TypeChannel removing, int waiting, long since, long now)
    {
        if (ReferenceEquals(removing.Rules, XdsTypes.Endpoint) && session.Find(XdsTypes.Cluster) is { RemovalsWaitSince: not null })
        {
            return false;
        }

        var listeners = false;
        var answered = true;
        var latest = since;
        foreach (var (channel, _, _) in session.Channels.All)
        {
            if (!channel.Rules.RefersToClusters)
            {
                continue;
            }

            listeners |= ReferenceEquals(channel.Rules, XdsTypes.Listener) && channel.Sent > 0;
            if (channel.HasUnsent || (HasRejected(channel) && waiting < MaxWaitingRemovals))
            {
                return false;
            }

            if (channel.Acks.Count > 0)
            {
                answered = false;
                latest = Math.Max(latest, channel.LastSentAt);
            }
        }

        if ((listeners && answered) || now >= latest + session.Options.RemovalGrace)
        {
            return true;
        }

        session.WakeAt(latest + session.Options.RemovalGrace);
        return false;
    }

    private static bool HasRejected(TypeChannel channel)
    {
        foreach (var (_, state) in channel.Deviations)
        {
            if (state.Rejected != Mesh.Engine.Content.VersionId.None || state.Group != 0)
            {
                return true;
            }
        }

        return channel.IsFullSetRejected;
    }
}
