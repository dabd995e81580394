using Mesh.Check;

// Gates of the steady state: ends with 1 when something allocates or sends more than it may.
// --prove: does wrong on purpose what each gate is there for, and ends with 1 when a gate does not see it.
var failed = 0;
foreach (var fault in args is ["--prove"] ? [Fault.Allocates, Fault.SendsAgain] : new[] { Fault.None })
{
    await foreach (var measured in Gates.MeasureAsync(fault))
    {
        if (fault != Fault.None && measured.Catches != fault)
        {
            continue;
        }

        var isGood = measured.Fits == (fault == Fault.None);
        failed += isGood ? 0 : 1;
        var with = fault == Fault.None ? "" : $", when it {(fault == Fault.Allocates ? "allocates" : "sends again")}";
        Console.WriteLine($"{(isGood ? "ok  " : "FAIL")} {measured.Name}{with}: {measured.Bytes:F1} B (allowed {measured.Allowed})");
    }
}

return failed == 0 ? 0 : 1;
