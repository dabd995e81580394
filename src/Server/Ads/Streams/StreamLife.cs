using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads.Streams;

/// <summary>
/// What ends a stream after a time, each at a moment of its own: a fleet whose streams began together, or that has one token,
/// is not to come back together.
/// </summary>
internal static class StreamLife
{
    /// <summary>Part of the age by which it varies in both directions, as gRPC's servers do it (proposal A9).</summary>
    private const double AgeJitter = 0.1;

    /// <summary>Ends a stream when its credential has expired; null: it never does.</summary>
    public static ITimer? EndAtExpiry(AdsStream stream, IStreamIdentity identity, AdsHostOptions options, TimeProvider clock)
    {
        if (identity.ExpiresAt is not { } expiry)
        {
            return null;
        }

        var due = expiry - clock.GetUtcNow() + (options.ExpiryWindow * Random.Shared.NextDouble());
        var end = EndOfStream.ByServer(GrpcStatusCode.Unauthenticated, "the credential has expired");
        return clock.CreateTimer(_ => stream.End(end), null, Clamp(due), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends a stream's client to a new connection at the age that the options set; null: none is set.</summary>
    public static ITimer? RetireAtAge(AdsStream stream, AdsHostOptions options, TimeProvider clock)
    {
        if (options.MaxConnectionAge <= TimeSpan.Zero)
        {
            return null;
        }

        var due = options.MaxConnectionAge * (1 - AgeJitter + (2 * AgeJitter * Random.Shared.NextDouble()));
        return clock.CreateTimer(static stream => ((AdsStream)stream!).Retire(), stream, Clamp(due), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Clamp(TimeSpan due) =>
        due < TimeSpan.Zero ? TimeSpan.Zero : due > TimeSpan.FromDays(40) ? Timeout.InfiniteTimeSpan : due;
}
