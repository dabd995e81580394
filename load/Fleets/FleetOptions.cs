using System.Net;

namespace Mesh.Load.Fleets;

/// <summary>What a fleet is and where it connects to.</summary>
internal sealed record FleetOptions
{
    /// <summary>The server's discovery port.</summary>
    public required IPEndPoint Server { get; init; }

    /// <summary>Number of virtual Envoys.</summary>
    public required int Envoys { get; init; }

    /// <summary>The encoded node of an Envoy by number.</summary>
    public required Func<int, byte[]> NodeOf { get; init; }

    /// <summary>Streams that share a connection. Real Envoys have one each.</summary>
    public int StreamsPerConnection { get; init; } = 1;

    /// <summary>Whether connections are TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>Delta, or the state of the world.</summary>
    public bool IsDelta { get; init; } = true;

    /// <summary>One of so many Envoys rejects every change of a load assignment; 0: none does.</summary>
    public int RejectEvery { get; init; }

    /// <summary>
    /// Connections that may wait for the server's first answer at once: more than the queue of its listening socket holds
    /// would be measured as the kernel's pauses before it tries again.
    /// </summary>
    public int MaxConnecting { get; init; } = 1000;

    /// <summary>Threads. Default: one for each two processors, at least two.</summary>
    public int Workers { get; init; } = Math.Max(2, Environment.ProcessorCount / 2);

    /// <summary>Whether an Envoy is one of those that reject.</summary>
    public bool Rejects(int envoy) => RejectEvery > 0 && envoy % RejectEvery == 0;
}
