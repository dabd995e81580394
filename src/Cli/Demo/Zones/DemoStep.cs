namespace Mesh.Cli.Demo.Zones;

/// <summary>One step of a demo's script.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Subject">The part that is killed or started, or words of an answer that is waited for; empty for a wait.</param>
/// <param name="Time">How long to wait; zero for other steps.</param>
internal readonly record struct DemoStep(DemoVerb Verb, string Subject, TimeSpan Time)
{
    public override string ToString() => Verb switch
    {
        DemoVerb.Wait => $"wait {Time.TotalSeconds:0.###}s",
        DemoVerb.Until => $"until {Subject}",
        DemoVerb.Kill => $"kill {Subject}",
        _ => $"start {Subject}",
    };
}
