using System.Diagnostics;
using System.Text;
using Mesh.Engine;
using Mesh.Engine.Content;

namespace Mesh.Protocol.Ads;

/// <summary>
/// What follows from a rejection. The names at fault are not sent again until their content changes. Everything else of
/// that response counts as unknown: Envoy applies some of it or nothing, depending on type and fault. So it is sent again,
/// in parts when the client does not say which name was at fault.
/// </summary>
internal static class RejectionHandler
{
    private const int MaxMessage = 4096;

    /// <summary>Rounds in which what the client names is believed to be all; later ones halve as well.</summary>
    private const int TrustedRounds = 2;

    public static XdsRejection Handle(
        TypeChannel channel,
        in SentResponse response,
        ReadOnlySpan<byte> message,
        ResourceEngine engine,
        AdsOptions options,
        long now)
    {
        var names = response.Names;
        var relevant = 0;
        var found = 0;
        var named = false;
        foreach (var sent in names)
        {
            var isNamed = OffenderNames.Mentions(message, engine.Symbols.Name(sent.Name));
            named |= isNamed;
            if (IsCurrent(channel, sent))
            {
                relevant++;
                found += isNamed ? 1 : 0;
            }
        }

        var round = response.Round + 1;
        var halve = relevant - found > 1 && (!named || round > TrustedRounds);
        var first = channel.Isolation.NewGroup();
        var second = halve ? channel.Isolation.NewGroup() : first;
        var offenders = new List<string>();
        var innocent = 0;
        foreach (var sent in names)
        {
            if (!IsCurrent(channel, sent))
            {
                continue;
            }

            if ((relevant == 1 && !named) || (found > 0 && OffenderNames.Mentions(message, engine.Symbols.Name(sent.Name))))
            {
                offenders.Add(engine.Symbols.Text(sent.Name));
                Reject(channel, sent);
            }
            else
            {
                innocent++;
                Isolate(channel, sent, innocent * 2 > relevant - found ? second : first, round);
            }
        }

        channel.Isolation.Schedule(round, now, options);
        var text = Encoding.UTF8.GetString(message[..Math.Min(message.Length, MaxMessage)]);
        channel.LastRejection = text;
        return new XdsRejection(channel.Rules, response.Nonce, offenders, text);
    }

    /// <summary>
    /// A rejected full set: there is nothing to send again, for leaving a resource out would delete it. Clients apply the good ones.
    /// </summary>
    public static XdsRejection Report(TypeChannel channel, in SentResponse response, ReadOnlySpan<byte> message, ResourceEngine engine)
    {
        var offenders = new List<string>();
        foreach (var sent in response.Names)
        {
            if (OffenderNames.Mentions(message, engine.Symbols.Name(sent.Name)))
            {
                offenders.Add(engine.Symbols.Text(sent.Name));
            }
        }

        channel.IsFullSetRejected = true;
        channel.LastRejection = Encoding.UTF8.GetString(message[..Math.Min(message.Length, MaxMessage)]);
        return new XdsRejection(channel.Rules, response.Nonce, offenders, channel.LastRejection);
    }

    /// <summary>Whether nothing newer of this name was sent, so that the answer speaks of what the client is to have.</summary>
    private static bool IsCurrent(TypeChannel channel, SentName sent)
    {
        if (!channel.Subscription.Covers(sent.Name))
        {
            return false;
        }

        return channel.Deviations.TryGet(sent.Name, out var state)
            ? !state.Unknown && state.Held == sent.Version
            : channel.Believed(sent.Name) == sent.Version;
    }

    private static void Reject(TypeChannel channel, SentName sent)
    {
        if (sent.Version == VersionId.None)
        {
            // A removal that is refused has nothing that could change.
            channel.Forget(sent.Name);
            return;
        }

        ref var state = ref channel.Deviations.GetOrAdd(sent.Name, out _);
        state = new ClientState { Unknown = true, Rejected = sent.Version };
    }

    private static void Isolate(TypeChannel channel, SentName sent, int group, int round)
    {
        Debug.Assert(group > 0, "a part has a number");
        if (sent.Version == VersionId.None && round > 1)
        {
            channel.Forget(sent.Name);
            return;
        }

        ref var state = ref channel.Deviations.GetOrAdd(sent.Name, out _);
        state = new ClientState { Unknown = true, Group = group };
    }
}
