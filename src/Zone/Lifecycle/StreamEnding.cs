namespace Mesh.Zone.Lifecycle;

/// <summary>How a proxy's stream ended, as far as it matters for its Dataplane.</summary>
public enum StreamEnding
{
    /// <summary>The proxy ended it: its process is gone or drained. Its Dataplane is removed after a delay.</summary>
    ByProxy,

    /// <summary>It fell silent, or we refused it: the proxy may be alive. Its Dataplane stays, offline.</summary>
    Lost,

    /// <summary>We ended it: we stop, or its credential ended. The proxy will be back; until then it counts as connected for a while.</summary>
    ByServer,
}
