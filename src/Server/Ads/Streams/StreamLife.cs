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

    private static readonly EndOfStream _expired = EndOfStream.ByServer(GrpcStatusCode.Unauthenticated, "the credential has expired");

    /// <summary>Ends a stream when its credential has expired; null: it never does.</summary>
    public static StreamTimer? EndAtExpiry(AdsStream stream, IStreamIdentity identity, AdsHostOptions options, TimeProvider clock)
    {
        if (identity.ExpiresAt is not { } expiry)
        {
            return null;
        }

        var due = expiry - clock.GetUtcNow() + (options.ExpiryWindow * Random.Shared.NextDouble());
        return new StreamTimer(stream, due, clock, static stream => stream.End(_expired));
    }

    /// <summary>Sends a stream's client to a new connection at the age that the options set; null: none is set.</summary>
    public static StreamTimer? RetireAtAge(AdsStream stream, AdsHostOptions options, TimeProvider clock)
    {
        if (options.MaxConnectionAge <= TimeSpan.Zero)
        {
            return null;
        }

        var due = options.MaxConnectionAge * (1 - AgeJitter + (2 * AgeJitter * Random.Shared.NextDouble()));
        return new StreamTimer(stream, due, clock, static stream => stream.Retire());
    }
}
