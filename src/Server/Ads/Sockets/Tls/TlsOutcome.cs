namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>What came of a call.</summary>
internal enum TlsOutcome
{
    /// <summary>What was asked for.</summary>
    Done,

    /// <summary>The client must say more first.</summary>
    NeedsInput,

    /// <summary>What is in the output must be sent first.</summary>
    NeedsRoom,

    /// <summary>The client has ended its side.</summary>
    Ended,

    /// <summary>The rules of TLS were broken. The output may have an alert that tells the client.</summary>
    Failed,
}
