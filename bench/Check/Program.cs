using Mesh.Check;

// Gate of allocated bytes on the push path in the steady state: publish is outside, everything from the wake-up of a stream to
// its client's answer inside. Ends with 1 when a scenario allocates more than it may.
var failed = 0;
foreach (var scenario in PushScenario.All())
{
    var bytes = scenario.Measure();
    var fits = bytes <= PushScenario.Allowed;
    failed += fits ? 0 : 1;
    Console.WriteLine($"{(fits ? "ok  " : "FAIL")} {scenario.Name}: {bytes:F1} B per push (allowed {PushScenario.Allowed})");
    scenario.Dispose();
}

return failed == 0 ? 0 : 1;
