namespace Mesh.Cli.Demo.Zones;

/// <summary>One step of a demo's script.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Part">The part that is killed or started; empty for a wait.</param>
/// <param name="Time">How long to wait; zero for other steps.</param>
internal readonly record struct DemoStep(DemoVerb Verb, string Part, TimeSpan Time)
{
    public override string ToString() => Verb == DemoVerb.Wait ? $"wait {Time.TotalSeconds:0.###}s" : $"{(Verb == DemoVerb.Kill ? "kill" : "start")} {Part}";
}
