namespace Mesh.Server.Settings;

/// <summary><c>xdsServer</c>: proxies' streams.</summary>
public sealed record XdsServerSettings
{
    /// <summary>See <see cref="Transport"/>.</summary>
    public const string OnSockets = "sockets";

    /// <summary>See <see cref="Transport"/>.</summary>
    public const string OnKestrel = "kestrel";

    /// <summary>How often what a proxy acknowledged is written to its DataplaneInsight. Default 10 s.</summary>
    public TimeSpan DataplaneStatusFlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a Dataplane outlives the stream that registered it. Default 10 s.</summary>
    public TimeSpan DataplaneDeregistrationDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after a proxy refused a configuration. Default 5 s.</summary>
    public TimeSpan NackBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Proxies' streams that may be open at the same time; more are refused with RESOURCE_EXHAUSTED. Default 50000.</summary>
    public int MaxStreams { get; init; } = 50_000;

    /// <summary>How streams are let in when many come at once.</summary>
    public XdsAdmissionSettings Admission { get; init; } = new();

    /// <summary>
    /// Age, give or take a tenth, at which a connection is told to end (GOAWAY) and its streams end with OK, so that proxies spread over
    /// control planes behind one address. 0: never. Default 0.
    /// </summary>
    public TimeSpan MaxConnectionAge { get; init; }

    /// <summary>Silence of a connection after which the control plane asks whether the proxy is there (an HTTP/2 ping). At least 1 s. Default 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a proxy may take to answer that before its connection is given up. At least 1 s. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Over how long streams end when the control plane stops, so that not all proxies come back at once. Default 2 s.</summary>
    public TimeSpan DrainWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What carries the streams of proxies: <see cref="OnSockets"/>, Mesh's HTTP/2 on plain sockets, made for streams of which there are many and
    /// which are mostly silent (other calls on the port go to Kestrel), or <see cref="OnKestrel"/> for everything. Default <c>sockets</c>.
    /// </summary>
    public string Transport { get; init; } = OnSockets;

    /// <summary>
    /// How TCP finds out what the network carries on proxies' connections (Linux): <c>auto</c>, what the system uses unless that paces (<c>bbr</c>), which costs
    /// small pushes a timer each: then <c>cubic</c>, or <c>reno</c> where that may not be used; <c>system</c>, always what the system uses; or a name
    /// of <c>net.ipv4.tcp_available_congestion_control</c>. Default <c>auto</c>.
    /// </summary>
    public string CongestionControl { get; init; } = Ads.Transport.CongestionControl.Auto;

    /// <summary>
    /// Whether <c>mesh run</c> plays the arrival of a few proxies in memory after its start, so that its code is compiled when the real ones come. Default true.
    /// </summary>
    public bool Rehearse { get; init; } = true;
}
