using Mesh.Check.Loopback;

namespace Mesh.Check;

/// <summary>What is gated: bytes in the steady state, never times.</summary>
internal static class Gates
{
    private const int Resources = 10_000;

    /// <summary>Measures everything.</summary>
    /// <param name="fault">What the code under the gates is to do wrong.</param>
    public static async IAsyncEnumerable<Measured> MeasureAsync(Fault fault)
    {
        // The push path: from the wake-up of a stream to its client's answer.
        foreach (var scenario in PushScenario.All(fault))
        {
            using (scenario)
            {
                var (allocated, sent) = scenario.Measure();
                yield return new Measured($"push, {scenario.Name}: allocated", Fault.Allocates, allocated, PushScenario.Allowed);
                yield return new Measured($"push, {scenario.Name}: sent", Fault.SendsAgain, sent, scenario.SentAllowed);
            }
        }

        // The same with everything around it: the server, sockets, TLS of our own, clients that answer. (Kestrel's TLS allocates with each push.)
        foreach (var (isOnSockets, tls) in new[] { (true, false), (true, true), (false, false) })
        {
            await using var loopback = await LoopbackScenario.StartAsync(isOnSockets, tls, fault);
            var carrier = $"{(isOnSockets ? "sockets" : "Kestrel")}{(tls ? " with TLS" : "")}";
            yield return new Measured($"push over connections on {carrier}, whole process: allocated", Fault.Allocates, loopback.Measure(), LoopbackScenario.Allowed);
        }

        // What one change among many resources costs: nothing to find it, and a fraction of what there is to build the next snapshot.
        using var slices = new SliceScenario(Resources);
        yield return Slice($"diff, 1 of {Resources} load assignments", _ => slices.DiffEndpoint(), 0, fault);
        yield return Slice($"diff, 1 of {Resources} clusters and its load assignment", _ => slices.DiffCluster(), 0, fault);
        yield return Slice($"diff, nothing of {Resources}", _ => slices.DiffNothing(), 0, fault);

        // Its fault is a list of all resources that is not shared with the snapshot before.
        yield return Slice($"next snapshot, 1 of {Resources} load assignments", slices.BuildNext, 4_096, fault, Resources);
    }

    private static Measured Slice(string name, Func<int, int> action, double allowed, Fault fault, int references = 0) =>
        new(name + ": allocated", Fault.Allocates, SliceScenario.Allocated(action, fault, references), allowed);
}
