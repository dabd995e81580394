namespace Mesh.Server.Hosting.Rehearsing;

/// <summary>How much is rehearsed.</summary>
internal sealed record RehearsalPlan
{
    /// <summary>Proxies that come first, one after the other: they find everything for the first time. Default: 4.</summary>
    public int First { get; init; } = 4;

    /// <summary>Proxies that come next, and as many once more. The runtime compiles what was called 30 times again. Default: 40.</summary>
    public int Next { get; init; } = 40;

    /// <summary>Pauses of 150 ms in which the runtime is waited for each time, at most: a process that has other work may go on compiling. Default: 20.</summary>
    public int MaxPauses { get; init; } = 20;
}
