namespace Mesh.Load.Scenarios;

/// <summary>What a step does.</summary>
internal enum StepKind
{
    /// <summary>All connect with nothing and wait until they have everything.</summary>
    Connect,

    /// <summary>Nothing happens.</summary>
    Rest,

    /// <summary>Something changes, round after round; each waits until all have it.</summary>
    Change,

    /// <summary>All connections are dropped and come back with what they have.</summary>
    Reconnect,

    /// <summary>Things change at a rate, whoever keeps up.</summary>
    Churn,

    /// <summary>Something changes for all at a share of what the server can push, for long.</summary>
    Soak,

    /// <summary>Some stop reading, until the next such step.</summary>
    Stall,

    /// <summary>The server is killed and started again with its data, and all come back with what they have.</summary>
    Restart,
}
