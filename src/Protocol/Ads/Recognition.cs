using Mesh.Engine.Persistence;

namespace Mesh.Protocol.Ads;

/// <summary>Recognises a client that came back with what it was given before.</summary>
internal static class Recognition
{
    /// <summary>
    /// Whether what the client reported is, in every type it asked for, what it was given before: all of it and nothing
    /// else, and it is owed no answer. Until something changes, silence is right.
    /// </summary>
    public static bool HoldsWhatItWasGiven(ReadOnlySpan<ChannelTable.Entry> channels, SnapshotManifest manifest)
    {
        foreach (var (channel, _, _) in channels)
        {
            if (channel.HeldFingerprint == 0 || channel.HeldFingerprint != manifest.Fingerprint(channel.TypeUrl) || OwesAnswer(channel))
            {
                return false;
            }
        }

        return channels.Length > 0;
    }

    private static bool OwesAnswer(TypeChannel channel)
    {
        foreach (var (_, state) in channel.Deviations)
        {
            if (state.Forced || state.Refused || state.Unknown)
            {
                return true;
            }
        }

        return false;
    }
}
