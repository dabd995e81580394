using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>Makes the status of a channel.</summary>
internal static class SessionStatus
{
    private const int MaxNames = 100;

    public static ChannelStatus Of(TypeChannel channel, SymbolTable symbols)
    {
        var rejected = new List<string>();
        foreach (var (name, state) in channel.Deviations)
        {
            if (state.Rejected != VersionId.None && rejected.Count < MaxNames)
            {
                rejected.Add(symbols.Text(name));
            }
        }

        return new ChannelStatus
        {
            Type = channel.Rules,
            Wildcard = channel.Subscription.Wildcard,
            Names = channel.Subscription.NameCount,
            Sent = channel.Sent,
            Accepted = channel.Accepted,
            Rejected = channel.Rejected,
            LastNonce = channel.LastNonce,
            LastSentAt = channel.LastSentAt,
            LastAnswerAt = channel.LastAnswerAt,
            Unanswered = channel.Acks.Count,
            UnansweredSince = channel.Acks.Count == 0 ? 0 : channel.Acks.Waiting[0].At,
            LastRejection = channel.LastRejection,
            RejectedNames = rejected,
            EmptyingHeldBack = channel.EmptyingHeldBack,
            UnknownNonces = channel.UnknownNonces,
        };
    }
}
