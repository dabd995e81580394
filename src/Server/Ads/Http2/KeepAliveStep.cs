namespace Mesh.Server.Ads.Http2;

/// <summary>What is to be done about a connection that is silent.</summary>
internal enum KeepAliveStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Ask whether the client is there.</summary>
    Ask,

    /// <summary>It has nothing to do here: tell it to go.</summary>
    SendAway,

    /// <summary>It was told to go and does not: close our side.</summary>
    Close,

    /// <summary>It does not answer, or does not close its side.</summary>
    GiveUp,
}
