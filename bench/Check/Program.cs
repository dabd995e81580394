using Mesh.Check;
using Mesh.Check.Loopback;

// Gate of allocated bytes in the steady state. Ends with 1 when something allocates more than it may.
var failed = 0;

void Hold(string name, double bytes, double allowed)
{
    var fits = bytes <= allowed;
    failed += fits ? 0 : 1;
    Console.WriteLine($"{(fits ? "ok  " : "FAIL")} {name}: {bytes:F1} B (allowed {allowed})");
}

// The push path: publishing is outside, everything from the wake-up of a stream to its client's answer inside.
foreach (var scenario in PushScenario.All())
{
    Hold($"push, {scenario.Name}", scenario.Measure(), PushScenario.Allowed);
    scenario.Dispose();
}

// The same with everything around it: Kestrel, sockets, clients that answer.
await using (var loopback = await LoopbackScenario.StartAsync())
{
    Hold("push over connections, whole process", loopback.Measure(), LoopbackScenario.Allowed);
}

// What one change among many resources costs: nothing to find it, and a fraction of what there is to build the next snapshot.
using (var slices = new SliceScenario(10_000))
{
    Hold("diff, 1 of 10000 load assignments", SliceScenario.Allocated(_ => slices.DiffEndpoint()), 0);
    Hold("diff, 1 of 10000 clusters and its load assignment", SliceScenario.Allocated(_ => slices.DiffCluster()), 0);
    Hold("diff, nothing of 10000", SliceScenario.Allocated(_ => slices.DiffNothing()), 0);
    Hold("next snapshot, 1 of 10000 load assignments", SliceScenario.Allocated(slices.BuildNext), 4_096);
}

return failed == 0 ? 0 : 1;
