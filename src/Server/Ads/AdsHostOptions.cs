using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;

namespace Mesh.Server.Ads;

/// <summary>How discovery streams are hosted.</summary>
public sealed record AdsHostOptions
{
    /// <summary>Limits and times of the protocol.</summary>
    public AdsOptions Protocol { get; init; } = new();

    /// <summary>Largest request in bytes: a reconnecting client lists all it has. Default: 64 MiB.</summary>
    public int MaxRequestSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of requests that have not come as a whole, of all streams together: a stream whose request would be more is refused with RESOURCE_EXHAUSTED. Never
    /// less than <see cref="MaxRequestSize"/>; up to 16 KiB of a request are not counted. Default: 256 MiB.
    /// </summary>
    public long MaxUnfinishedRequests { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Streams open at the same time; more are refused with RESOURCE_EXHAUSTED. Of a port as many connections wait for the turn of their TLS handshake; more
    /// are closed. Default: 50000.
    /// </summary>
    public int MaxStreams { get; init; } = 50_000;

    /// <summary>How streams are let in when many come at once.</summary>
    public AdmissionOptions Admission { get; init; } = new();

    /// <summary>
    /// After this long, give or take a tenth, a client is told to open a new connection (GOAWAY) and its streams end with OK, so that
    /// fleets spread over control planes that were added. 0: never. Default: 0.
    /// </summary>
    public TimeSpan MaxConnectionAge { get; init; }

    /// <summary>
    /// Bytes of the buffers of connections, of which each has some while something is under way. TLS makes a record of each: there 4096
    /// are better. Kestrel receives into no less than 2048. Default: 2048.
    /// </summary>
    public int BufferSize { get; init; } = 2048;

    /// <summary>What its connections use to find out what the network carries (<see cref="Transport.CongestionControl"/>); null: what the system does. Default: null.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>What the names of its meters begin with. Default: Mesh.</summary>
    public string Meters { get; init; } = "Mesh";

    /// <summary>How long a stream may stay without its first message. Default: 30 s.</summary>
    public TimeSpan FirstMessageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take for a response, or for a piece of a large one (31 KiB), before its stream is cut. Default: 60 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence after which the server asks whether the client is there; <see cref="Timeout.InfiniteTimeSpan"/>: never. Default: 30 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the client may take to answer that, also when this process is too busy to hear it at once. Default: 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// When the server stops, clients are told to go elsewhere (GOAWAY), and streams end with OK spread over this time, so that not
    /// all clients come back at once. Default: 2 s.
    /// </summary>
    public TimeSpan DrainWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Streams whose credential expires end spread over this time. Default: 60 s.</summary>
    public TimeSpan ExpiryWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Why calls are turned away now with UNAVAILABLE; null: they are not. Default: they never are.</summary>
    public Func<string?> ReasonToTurnAway { get; init; } = static () => null;
}
